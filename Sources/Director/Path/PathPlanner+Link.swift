import Addressing
import LVSCareModel
import RouteNetlink

/// The dummy link of link mode and the VIP on it.
///
///     ip link add NAME type dummy && ip link set NAME alias "made by lvscare" up && ip address add VIP/32 dev NAME noprefixroute
///
/// Several virtual services can share a link: each sees to its own address, and the last one that goes takes the link
/// along. The alias marks a link as ours, so that it is found whatever its name. A link that was there before (the
/// original LVScare marks nothing) is taken over when it is a dummy that carries the VIP and nothing but host
/// addresses; any other dummy is somebody else's and is used without being marked. An address that we give to it has a
/// protocol number of ours, which kernels before 5.18 do not keep: there, such an address is found by the link's name.
extension PathPlanner {
    func planLink(named name: String, _ plan: inout PathPlan, _ observed: ObservedPath) {
        guard let found = observed.link else {
            if let problem = LinkName.problem(name) {
                plan.failures.append(
                    KernelFailure(
                        operation: "add", object: "link \(name)", code: 0, message: problem, hint: .needsAnotherLink))
                return
            }
            plan.steps += [.addLink(name), .addAddress(wanted.vip, link: name)]
            return
        }
        guard found.link.kind == VIPLinkMark.kind else {
            plan.failures.append(notOurs(found.link))
            return
        }
        let isTakenOver = found.link.alias == nil && found.isLeftBehind(with: wanted.vip)
        if isTakenOver { plan.steps.append(.markLink(name, isOurs: true)) }
        // Nothing depends on it, so somebody else's link stays as it is.
        if !found.link.isUp, isTakenOver || found.isOurs { plan.steps.append(.setLink(name, isUp: true)) }
        if !found.carries(wanted.vip) { plan.steps.append(.addAddress(wanted.vip, link: name)) }
    }

    /// Route mode takes down what link mode has left, as soon as its own route leads: until then clients depend on it.
    func planLeftovers(_ plan: inout PathPlan, _ observed: ObservedPath) {
        guard let survey = observed.survey, observed.isSurveyed, plan.steps.isEmpty, plan.failures.isEmpty,
            survey.sharing.isEmpty,
            survey.links.contains(where: { isVIPLink($0) && $0.link.name == wanted.linkName })
        else { return }
        plan.steps += endOfMasquerading(of: wanted.services) + linkRemoval(survey)
    }

    private func isVIPLink(_ found: ObservedLink) -> Bool {
        found.link.kind == VIPLinkMark.kind && found.addresses.contains { $0.local.address == wanted.vip }
    }

    private func linkRemoval(_ survey: PathSurvey) -> [PathStep] {
        survey.links.filter { $0.link.kind == VIPLinkMark.kind }.flatMap { found -> [PathStep] in
            let isOther = !found.isOurs && found.link.name != wanted.linkName
            let addresses = found.addresses.filter {
                $0.local == CIDR(host: wanted.vip) && (!isOther || $0.protocol == .lvscare)
            }
            var steps = addresses.map { _ in PathStep.deleteAddress(wanted.vip, link: found.link.name) }
            if found.isOurs, found.addresses.count == addresses.count { steps.append(.deleteLink(found.link.name)) }
            return steps
        }
    }

    /// What removes all that any plan for the same VIP made, of whatever process and with whatever flags.
    ///
    /// Route and link lead to the VIP and not to one of its ports, so they stay while another virtual service with it is
    /// looked after.
    package func removal(_ survey: PathSurvey) -> [PathStep] {
        let masquerading = endOfMasquerading(of: wanted.services)
        guard survey.sharing.isEmpty else { return masquerading }
        let routes = survey.routes.filter { $0.protocol == .lvscare || Self.isOriginals($0) }
        return masquerading + linkRemoval(survey) + routes.map { .deleteRoute($0) }
            + [.answerResolution(wanted.vip)]
    }

    /// What removes the part of a path that is there for some of its services alone.
    func endOfMasquerading(of services: [VirtualService]) -> [PathStep] {
        services.map { .stopMasquerading($0) }
    }

    private func notOurs(_ link: Link) -> KernelFailure {
        KernelFailure(
            operation: "use", object: "link \(link.name)", code: 0,
            message: "it is \(link.kind.map { "a \($0)" } ?? "hardware"), not a dummy link",
            hint: .needsAnotherLink)
    }
}
