import Director

/// One of the things that the path to a VIP consists of: a route, a link, a packet filter's table, kernel settings.
protocol PathPart: AnyObject {
    /// Puts right what differs from what is wanted, and adds to `report` what was changed, refused or is missing.
    func restore(_ report: inout PathReport)

    /// Removes what the latest `restore` created.
    func rollBack(_ report: inout PathReport)

    /// Removes what any `restore` for the same VIP made, of whatever process and with whatever flags.
    func remove(_ report: inout PathReport)
}
