// Whoever imports LVSCare can say what they want and understand what they are told without another import.
@_exported public import Addressing
@_exported public import Epoll
@_exported public import LVSCareModel
