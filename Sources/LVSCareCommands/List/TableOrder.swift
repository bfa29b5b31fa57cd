import Addressing
import IPVS

/// The order in which `ipvsadm` lists services and real servers, so that the two programs can be compared line by line.
///
/// It compares 32-bit numbers by the sign of their wrapped difference, which is no order: 10.0.0.1 is before 127.0.0.1,
/// that before 192.168.0.1, and that before 10.0.0.1 again. So the result depends on the sorting algorithm, too, and
/// both are the same here.
enum TableOrder {
    /// Below 0 when `left` is listed before `right`.
    static func compare(_ left: TableSnapshot.Entry, _ right: TableSnapshot.Entry) -> Int32 {
        firstDifference(key(left.service.identity), key(right.service.identity))
    }

    /// Below 0 when `left` is listed before `right`.
    static func compare(_ left: Destination, _ right: Destination) -> Int32 {
        firstDifference(key(left.identity), key(right.identity))
    }

    private static func key(_ service: Service.Identity) -> [UInt32] {
        switch service {
        case .firewallMark(let mark, let family): [mark, UInt32(family.rawValue)]
        case .endpoint(let transport, let endpoint):
            [0, UInt32(endpoint.address.family.rawValue), UInt32(transport.rawValue)] + words(endpoint)
        }
    }

    private static func key(_ endpoint: Endpoint) -> [UInt32] {
        [UInt32(endpoint.address.family.rawValue)] + words(endpoint)
    }

    /// The address in pieces of 32 bits, then the port.
    private static func words(_ endpoint: Endpoint) -> [UInt32] {
        let octets = endpoint.address.octets
        return stride(from: 0, to: octets.count, by: 4).map { start in
            octets[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        } + [UInt32(endpoint.port)]
    }

    private static func firstDifference(_ left: [UInt32], _ right: [UInt32]) -> Int32 {
        for (left, right) in zip(left, right) where left != right { return Int32(bitPattern: left &- right) }
        return 0
    }
}

extension Array {
    /// The elements in the order that `qsort(3)` of the GNU C library gives them, which is a merge sort of two halves.
    func sortedLikeIPVSADM(by compare: (Element, Element) -> Int32) -> [Element] {
        guard count > 1 else { return self }
        let left = Array(self[..<(count / 2)]).sortedLikeIPVSADM(by: compare)
        let right = Array(self[(count / 2)...]).sortedLikeIPVSADM(by: compare)
        var result: [Element] = []
        result.reserveCapacity(count)
        var (nextLeft, nextRight) = (0, 0)
        while nextLeft < left.count, nextRight < right.count {
            if compare(left[nextLeft], right[nextRight]) <= 0 {
                result.append(left[nextLeft])
                nextLeft += 1
            } else {
                result.append(right[nextRight])
                nextRight += 1
            }
        }
        return result + left[nextLeft...] + right[nextRight...]
    }
}
