// Rules are about addresses, so whoever imports NFTables can name them without another import.
@_exported public import Addressing
