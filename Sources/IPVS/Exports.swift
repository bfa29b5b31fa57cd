// Services and real servers are told apart by endpoints, so whoever imports IPVS can name them without another import.
@_exported public import Addressing
@_exported public import LoadBalancing
