/// The flags of `static-pod`; the names are the original's, except for the last two.
enum StaticPodFlag: String, CommandFlag {
    case virtualServer = "vip"
    case name
    case image
    case masters
    case options
    case path
    case print
    case setImage = "set-img"
    case profile
    case hostsFile = "hosts-file"

    var isBoolean: Bool { self == .print || self == .setImage }
}

extension ArgumentForms<StaticPodFlag> {
    /// The forms of the flags of `static-pod`.
    static let staticPod = ArgumentForms()
}
