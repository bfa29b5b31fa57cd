// Routes and addresses are made of blocks, so whoever imports RouteNetlink can name them without another import.
@_exported public import Addressing
