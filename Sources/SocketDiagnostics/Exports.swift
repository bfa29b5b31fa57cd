// Sockets are made of endpoints, so whoever imports SocketDiagnostics can name them without another import.
@_exported public import Addressing
