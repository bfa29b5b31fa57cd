/// Listings of ipvsadm 1.31 on Linux 6.1, as `cat -A` shows them, because some lines end with blanks.
///
/// Each stands under the command that printed it. The table was made by the commands in ``commands``.
enum Listings {
    static let commands = """
        ipvsadm -A -t 10.0.0.10:80 -s rr
        ipvsadm -a -t 10.0.0.10:80 -r 192.168.1.5:8080 -m -w 1
        ipvsadm -a -t 10.0.0.10:80 -r 192.168.100.205:8080 -g -w 65535
        ipvsadm -a -t 10.0.0.10:80 -r 192.168.1.7:80 -i -w 0 -x 100 -y 10
        ipvsadm -a -t 10.0.0.10:80 -r 127.0.0.1:8081 -m -w 3
        ipvsadm -a -t 10.0.0.10:80 -r 192.168.1.8:80 -i --tun-type gue --tun-port 6080 --tun-nocsum
        ipvsadm -a -t 10.0.0.10:80 -r 192.168.1.9:80 -i --tun-type gue --tun-port 6080 --tun-remcsum
        ipvsadm -a -t 10.0.0.10:80 -r 192.168.1.11:80 -i --tun-type gre
        ipvsadm -A -u 10.0.0.11:53 -s wlc -o
        ipvsadm -a -u 10.0.0.11:53 -r 192.168.1.5:53 -m -w 1
        ipvsadm -A --sctp-service 10.0.0.12:3868 -s wrr -p
        ipvsadm -a --sctp-service 10.0.0.12:3868 -r 192.168.1.5:3868 -g
        ipvsadm -A -f 7 -s sh -b sh-fallback,sh-port
        ipvsadm -a -f 7 -r 192.168.1.5:0 -g
        ipvsadm -A -f 8 -6 -s rr
        ipvsadm -a -f 8 -6 -r [fd00::5]:80 -m
        ipvsadm -A -t 10.0.0.13:443 -s rr -p 600 -M 255.255.255.0
        ipvsadm -A -t 10.0.0.14:5060 -s rr -p 600
        ipvsadm -A -u 10.0.0.14:5060 -s rr -p 600 --pe sip -o
        ipvsadm -A -t [fd00::10]:6443 -s sed -p 120 -M 64
        ipvsadm -a -t [fd00::10]:6443 -r [fd00::5]:6443 -m -w 1
        ipvsadm -a -t [fd00::10]:6443 -r [2001:db8:1111:2222:3333:4444:5555:6666]:6443 -m -w 1
        ipvsadm -A -t [fd00:1111:2222:3333:4444:5555:6666:7777]:6443 -s mh -b mh-fallback,mh-port
        ipvsadm -A -t 10.0.0.15:80 -s sh -b flag-1,flag-2,flag-3
        ipvsadm -A -t 10.0.0.16:80 -s rr -b flag-1,flag-3
        ipvsadm -A -t 10.0.0.17:80 -s rr
        ipvsadm -a -t 10.0.0.17:80 -r [fd00::5]:80 -i -w 1
        ipvsadm -A -t 10.0.0.18:80 -s rr -p 300 -M 255.255.0.0 -b flag-2
        ipvsadm -A -t 255.100.200.210:65535 -s rr
        ipvsadm -a -t 255.100.200.210:65535 -r 192.168.1.5:1
        """

    /// `ipvsadm -Ln`
    static let table = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port Scheduler Flags$
          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn$
        TCP  255.100.200.210:65535 rr$
          -> 192.168.1.5:65535            Route   1      0          0         $
        TCP  10.0.0.10:80 rr$
          -> 127.0.0.1:8081               Masq    3      0          0         $
          -> 192.168.1.5:8080             Masq    1      0          0         $
          -> 192.168.1.7:80               Tunnel  0      0          0         $
          -> 192.168.1.8:80               Tunnel  1      0          0         $
          -> 192.168.1.9:80               Tunnel  1      0          0         $
          -> 192.168.1.11:80              Tunnel  1      0          0         $
          -> 192.168.100.205:80           Route   65535  0          0         $
        TCP  10.0.0.13:443 rr persistent 600 mask 255.255.255.0$
        TCP  10.0.0.14:5060 rr persistent 600$
        TCP  10.0.0.15:80 sh (sh-fallback,sh-port)$
        TCP  10.0.0.16:80 rr (flag-1,flag-3)$
        TCP  10.0.0.17:80 rr$
          -> [fd00::5]:80                 Tunnel  1      0          0         $
        TCP  10.0.0.18:80 rr (flag-2) persistent 300 mask 255.255.0.0$
        UDP  10.0.0.11:53 wlc ops$
          -> 192.168.1.5:53               Masq    1      0          0         $
        UDP  10.0.0.14:5060 rr persistent 600 pe sip ops$
        SCTP 10.0.0.12:3868 wrr persistent 360$
          -> 192.168.1.5:3868             Route   1      0          0         $
        TCP  [fd00::10]:6443 sed persistent 120 mask 64$
          -> [fd00::5]:6443               Masq    1      0          0         $
          -> [2001:db8:1111:2222:3333:4444:5555:6666]:6443 Masq    1      0          0         $
        TCP  [fd00:1111:2222:3333:4444:5555:6666:7777]:6443 mh (mh-fallback,mh-port)$
        FWM  7 sh (sh-fallback,sh-port)$
          -> 192.168.1.5:0                Route   1      0          0         $
        FWM  8 IPv6 rr$
          -> [fd00::5]:80                 Masq    1      0          0         $
        """)

    /// `ipvsadm -Ln` with nothing in the table.
    static let empty = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port Scheduler Flags$
          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn$
        """)

    /// `ipvsadm -Ln -t 10.0.0.10:80`
    static let one = bytes(
        """
        Prot LocalAddress:Port Scheduler Flags$
          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn$
        TCP  10.0.0.10:80 rr$
          -> 127.0.0.1:8081               Masq    3      0          0         $
          -> 192.168.1.5:8080             Masq    1      0          0         $
          -> 192.168.1.7:80               Tunnel  0      0          0         $
          -> 192.168.1.8:80               Tunnel  1      0          0         $
          -> 192.168.1.9:80               Tunnel  1      0          0         $
          -> 192.168.1.11:80              Tunnel  1      0          0         $
          -> 192.168.100.205:80           Route   65535  0          0         $
        """)

    /// `ipvsadm -Ln --stats` with nothing in the table.
    static let emptyStatistics = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes$
          -> RemoteAddress:Port$
        """)

    /// `ipvsadm -Ln --rate` with nothing in the table.
    static let emptyRates = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS$
          -> RemoteAddress:Port$
        """)

    /// `ipvsadm -Ln` while two connections were open and one had been closed.
    static let traffic = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port Scheduler Flags$
          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn$
        TCP  10.0.0.50:80 rr$
          -> 127.0.0.1:8081               Masq    1      2          1         $
        """)

    /// `ipvsadm -Ln --rate` two seconds after 250 MiB had been sent.
    static let trafficRates = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS$
          -> RemoteAddress:Port$
        TCP  10.0.0.50:80                        0      522       33 32795153     1738$
          -> 127.0.0.1:8081                      0      522       33 32795153     1738$
        """)

    /// `ipvsadm -Ln --stats`; libnl's `nla_get_u64` was replaced so that it told the numbers of ``largeNumbers``.
    static let largeStatistics = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes$
          -> RemoteAddress:Port$
        TCP  10.0.0.10:80                 99999999  100000K  999999K    1000M   99999M$
        """)

    /// The same with `--exact`.
    static let exactStatistics = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes$
          -> RemoteAddress:Port$
        TCP  10.0.0.10:80                 99999999 100000000 999999999 1000000000 99999999999$
        """)

    /// `ipvsadm -Ln --rate` with the same numbers.
    static let largeRates = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS$
          -> RemoteAddress:Port$
        TCP  10.0.0.10:80                     100G   99999G     100T18446744T    1234G$
        """)

    /// The same with `--exact`.
    static let exactRates = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS$
          -> RemoteAddress:Port$
        TCP  10.0.0.10:80                 100000000000 99999999999999 100000000000000 18446744073709551615 1234567890123$
        """)

    /// `ipvsadm -Ln --rate` with 4294967295 for each number of a real server and 123456789012 for each of a service.
    static let largeDestinationRates = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port                 CPS    InPPS   OutPPS    InBPS   OutBPS$
          -> RemoteAddress:Port$
        TCP  10.0.0.10:1                      123G     123G     123G     123G     123G$
        TCP  10.0.0.10:80                     123G     123G     123G     123G     123G$
          -> 10.0.0.3:1                   4294967295 4294967295 4294967295    4294M    4294M$
        """)

    /// `ipvsadm -Ln --nosort`, another table, in the order of the kernel.
    static let unsorted = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port Scheduler Flags$
          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn$
        TCP  8.8.8.8:8 rr$
        TCP  203.0.113.9:8 rr$
        TCP  10.9.9.9:8 rr$
        TCP  172.16.0.4:8 rr$
        TCP  192.168.1.2:8 rr$
        TCP  127.0.0.3:8 rr$
        TCP  0.0.0.0:8 rr$
        TCP  255.1.1.1:8 rr$
        TCP  169.254.0.1:8 rr$
        TCP  100.64.0.1:8 rr$
        TCP  10.1.1.1:8 rr$
        TCP  172.16.0.4:80 rr$
        TCP  192.168.1.2:80 rr$
        TCP  127.0.0.3:80 rr$
        TCP  [fd00::8000:0:0:0]:80 rr$
        TCP  0.0.0.0:80 rr$
        TCP  [ff00::1]:80 rr$
        TCP  [1::1]:80 rr$
        TCP  [8000::1]:80 rr$
        TCP  [fd00::1]:80 rr$
        TCP  255.1.1.1:80 rr$
        TCP  169.254.0.1:80 rr$
        TCP  100.64.0.1:80 rr$
        TCP  10.1.1.1:80 rr$
          -> 8.8.8.8:9                    Masq    1      0          0         $
          -> 8.8.8.8:80                   Masq    1      0          0         $
          -> 223.1.1.1:9                  Masq    1      0          0         $
          -> 223.1.1.1:80                 Masq    1      0          0         $
          -> 203.0.113.9:9                Masq    1      0          0         $
          -> 203.0.113.9:80               Masq    1      0          0         $
          -> 169.254.0.1:9                Masq    1      0          0         $
          -> 169.254.0.1:80               Masq    1      0          0         $
          -> 100.64.0.1:9                 Masq    1      0          0         $
          -> 100.64.0.1:80                Masq    1      0          0         $
          -> 10.9.9.9:9                   Masq    1      0          0         $
          -> 10.9.9.9:80                  Masq    1      0          0         $
          -> 172.16.0.4:9                 Masq    1      0          0         $
          -> 172.16.0.4:80                Masq    1      0          0         $
          -> 127.0.0.3:9                  Masq    1      0          0         $
          -> 127.0.0.3:80                 Masq    1      0          0         $
          -> 192.168.1.2:9                Masq    1      0          0         $
          -> 192.168.1.2:80               Masq    1      0          0         $
          -> 10.1.1.1:9                   Masq    1      0          0         $
          -> 10.1.1.1:80                  Masq    1      0          0         $
        TCP  8.8.8.8:80 rr$
        TCP  203.0.113.9:80 rr$
        TCP  10.9.9.9:80 rr$
        TCP  [fd00::ffff]:80 rr$
        TCP  [2001:db8::1]:80 rr$
        FWM  -2147483648 rr$
        FWM  1 IPv6 rr$
        FWM  3 IPv6 rr$
          -> [fd00::8000:0:0:0]:80        Masq    1      0          0         $
          -> [fd00::ffff]:80              Masq    1      0          0         $
          -> [1::1]:80                    Masq    1      0          0         $
          -> [8000::1]:80                 Masq    1      0          0         $
          -> [fd00::1]:80                 Masq    1      0          0         $
          -> [2001:db8::1]:80             Masq    1      0          0         $
        FWM  3 rr$
          -> 8.8.8.8:81                   Route   1      0          0         $
          -> 223.1.1.1:81                 Route   1      0          0         $
          -> 203.0.113.9:81               Route   1      0          0         $
          -> 169.254.0.1:81               Route   1      0          0         $
          -> 100.64.0.1:81                Route   1      0          0         $
          -> 10.9.9.9:81                  Route   1      0          0         $
          -> 172.16.0.4:81                Route   1      0          0         $
          -> 127.0.0.3:81                 Route   1      0          0         $
          -> 192.168.1.2:81               Route   1      0          0         $
          -> 10.1.1.1:81                  Route   1      0          0         $
        FWM  -1 rr$
        """)

    /// `ipvsadm -Ln` of the same.
    static let sorted = bytes(
        """
        IP Virtual Server version 1.2.1 (size=4096)$
        Prot LocalAddress:Port Scheduler Flags$
          -> RemoteAddress:Port           Forward Weight ActiveConn InActConn$
        FWM  -1 rr$
        TCP  172.16.0.4:8 rr$
        TCP  203.0.113.9:8 rr$
        TCP  203.0.113.9:80 rr$
        TCP  255.1.1.1:8 rr$
        TCP  255.1.1.1:80 rr$
        TCP  0.0.0.0:8 rr$
        TCP  0.0.0.0:80 rr$
        TCP  8.8.8.8:8 rr$
        TCP  8.8.8.8:80 rr$
        TCP  10.1.1.1:80 rr$
          -> 10.9.9.9:9                   Masq    1      0          0         $
          -> 10.9.9.9:80                  Masq    1      0          0         $
          -> 100.64.0.1:9                 Masq    1      0          0         $
          -> 100.64.0.1:80                Masq    1      0          0         $
          -> 127.0.0.3:9                  Masq    1      0          0         $
          -> 127.0.0.3:80                 Masq    1      0          0         $
          -> 169.254.0.1:9                Masq    1      0          0         $
          -> 169.254.0.1:80               Masq    1      0          0         $
          -> 172.16.0.4:9                 Masq    1      0          0         $
          -> 172.16.0.4:80                Masq    1      0          0         $
          -> 192.168.1.2:9                Masq    1      0          0         $
          -> 192.168.1.2:80               Masq    1      0          0         $
          -> 203.0.113.9:9                Masq    1      0          0         $
          -> 203.0.113.9:80               Masq    1      0          0         $
          -> 223.1.1.1:9                  Masq    1      0          0         $
          -> 223.1.1.1:80                 Masq    1      0          0         $
          -> 8.8.8.8:9                    Masq    1      0          0         $
          -> 8.8.8.8:80                   Masq    1      0          0         $
          -> 10.1.1.1:9                   Masq    1      0          0         $
          -> 10.1.1.1:80                  Masq    1      0          0         $
        TCP  10.9.9.9:8 rr$
        TCP  10.9.9.9:80 rr$
        TCP  100.64.0.1:8 rr$
        TCP  100.64.0.1:80 rr$
        TCP  127.0.0.3:8 rr$
        TCP  127.0.0.3:80 rr$
        TCP  169.254.0.1:8 rr$
        TCP  169.254.0.1:80 rr$
        TCP  172.16.0.4:80 rr$
        TCP  192.168.1.2:8 rr$
        TCP  192.168.1.2:80 rr$
        TCP  10.1.1.1:8 rr$
        TCP  [fd00::8000:0:0:0]:80 rr$
        TCP  [fd00::1]:80 rr$
        TCP  [fd00::ffff]:80 rr$
        TCP  [ff00::1]:80 rr$
        TCP  [1::1]:80 rr$
        TCP  [2001:db8::1]:80 rr$
        TCP  [8000::1]:80 rr$
        FWM  1 IPv6 rr$
        FWM  3 rr$
          -> 100.64.0.1:81                Route   1      0          0         $
          -> 127.0.0.3:81                 Route   1      0          0         $
          -> 169.254.0.1:81               Route   1      0          0         $
          -> 172.16.0.4:81                Route   1      0          0         $
          -> 192.168.1.2:81               Route   1      0          0         $
          -> 203.0.113.9:81               Route   1      0          0         $
          -> 223.1.1.1:81                 Route   1      0          0         $
          -> 8.8.8.8:81                   Route   1      0          0         $
          -> 10.1.1.1:81                  Route   1      0          0         $
          -> 10.9.9.9:81                  Route   1      0          0         $
        FWM  3 IPv6 rr$
          -> [8000::1]:80                 Masq    1      0          0         $
          -> [fd00::8000:0:0:0]:80        Masq    1      0          0         $
          -> [fd00::1]:80                 Masq    1      0          0         $
          -> [fd00::ffff]:80              Masq    1      0          0         $
          -> [1::1]:80                    Masq    1      0          0         $
          -> [2001:db8::1]:80             Masq    1      0          0         $
        FWM  -2147483648 rr$
        """)

    private static func bytes(_ shown: String) -> String {
        shown.split(separator: "\n", omittingEmptySubsequences: false).map { $0.dropLast() + "\n" }.joined()
    }
}
