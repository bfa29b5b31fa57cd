// Services and real servers are named and set in these words, so whoever imports the model needs no other import.
@_exported public import Addressing
@_exported public import LoadBalancing
