/// Certificates for the tests of TLS; valid from 2020 to 2120 where nothing else is said.
///
/// Made with OpenSSL 3 by this script:
///
///     openssl ecparam -name prime256v1 -genkey -noout -out root.key
///     openssl ecparam -name prime256v1 -genkey -noout -out server.key
///     touch index.txt
///     cat > ca.cnf <<END
///     [ca]
///     default_ca = defaults
///     [defaults]
///     database = index.txt
///     new_certs_dir = .
///     rand_serial = yes
///     default_md = sha256
///     policy = names
///     [names]
///     commonName = supplied
///     [root]
///     basicConstraints = critical,CA:TRUE
///     [loopback]
///     subjectAltName = IP:127.0.0.1,IP:::1,DNS:localhost
///     [elsewhere]
///     subjectAltName = IP:192.0.2.1
///     END
///     make() { # NAME KEY EXTENSIONS START END ISSUER...
///         name=$1 key=$2 extensions=$3 start=$4 end=$5; shift 5
///         openssl req -new -key $key -subj "/CN=lvscare test $name" -out $name.csr
///         openssl ca -batch -notext -config ca.cnf -in $name.csr -out $name.pem -extensions $extensions \
///             -startdate $start -enddate $end -keyfile root.key "$@"
///     }
///     make root root.key root 20200101000000Z 21200101000000Z -selfsign
///     make loopback server.key loopback 20200101000000Z 21200101000000Z -cert root.pem
///     make elsewhere server.key elsewhere 20200101000000Z 21200101000000Z -cert root.pem
///     make expired server.key loopback 20200101000000Z 20200201000000Z -cert root.pem
///     make future server.key loopback 21100101000000Z 21200101000000Z -cert root.pem
package enum Certificates {
    /// The authority that issued the others.
    package static let root = """
        -----BEGIN CERTIFICATE-----
        MIIBbjCCARSgAwIBAgIUdN2h8NYBPpDy3uQz91pxm4EQizEwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRbHZzY2FyZSB0ZXN0IHJvb3QwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMBwxGjAYBgNVBAMMEWx2c2NhcmUgdGVzdCByb290MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE5/vXxjRHFIEguOhes1OaPzv/ymtjSYSk
        51TT7YngHZS22d8Vtl1bEBOZq7SXI/LdcSmcrm9Pt0WDvATNGBGcQqMyMDAwDwYD
        VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU+L4kQagoPSBTe6dUHdPgWqK7vIIwCgYI
        KoZIzj0EAwIDSAAwRQIgcqPfgDNuTes3vfIELos50slfd8hP5910KTrq8WY+ntMC
        IQCW/LtAJ13hC5EI5ellVw2WySAvIGGLWQ2QdQgHPE9cGg==
        -----END CERTIFICATE-----
        """

    /// For 127.0.0.1, ::1 and localhost.
    package static let loopback = """
        -----BEGIN CERTIFICATE-----
        MIIBrzCCAVagAwIBAgIUUnchO7tD7HcJ36JdxgXhHuSUYZMwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRbHZzY2FyZSB0ZXN0IHJvb3QwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMCAxHjAcBgNVBAMMFWx2c2NhcmUgdGVzdCBsb29wYmFj
        azBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL7vj+qA0w5vm6n8Jz9/1EzRIHiI
        TVDCM2kY53SX5av2uJ/FGzvPzLWi2TIyq9HmQ1Z2BY6NxDk1nlpO3sGDFqujcDBu
        MCwGA1UdEQQlMCOHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAGCCWxvY2FsaG9zdDAd
        BgNVHQ4EFgQUW5KZZBEk7n5sp104eVh7kD9fqh0wHwYDVR0jBBgwFoAU+L4kQago
        PSBTe6dUHdPgWqK7vIIwCgYIKoZIzj0EAwIDRwAwRAIgXFMdFq4bko0lYzHipJAj
        BA2SErnmgqHP2daEVF7Xa5ICIHP128GlbW5/MCEtXWnAkCyR8/SyEttli4yLEBLf
        7c34
        -----END CERTIFICATE-----
        """

    /// For another address than the one that is probed.
    package static let elsewhere = """
        -----BEGIN CERTIFICATE-----
        MIIBlDCCATqgAwIBAgIUJEXCUfP5WXS574MJ6hClKGITLxowCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRbHZzY2FyZSB0ZXN0IHJvb3QwIBcNMjAwMTAxMDAwMDAwWhgP
        MjEyMDAxMDEwMDAwMDBaMCExHzAdBgNVBAMMFmx2c2NhcmUgdGVzdCBlbHNld2hl
        cmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS+74/qgNMOb5up/Cc/f9RM0SB4
        iE1QwjNpGOd0l+Wr9rifxRs7z8y1otkyMqvR5kNWdgWOjcQ5NZ5aTt7Bgxaro1Mw
        UTAPBgNVHREECDAGhwTAAAIBMB0GA1UdDgQWBBRbkplkESTufmynXTh5WHuQP1+q
        HTAfBgNVHSMEGDAWgBT4viRBqCg9IFN7p1Qd0+Baoru8gjAKBggqhkjOPQQDAgNI
        ADBFAiBagIx5TGPKfcLB2mgrBN3Atryp/DnRp7OWy/ES5sfC1QIhANLsVyDbBHy0
        et4JBtIWyP3a/MWYk5FojNFiVXX2P4fv
        -----END CERTIFICATE-----
        """

    /// For loopback, until 2020-02-01.
    package static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIBrDCCAVOgAwIBAgIUK5z4m/Jy4O24+sPT78lnzcfRaVIwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRbHZzY2FyZSB0ZXN0IHJvb3QwHhcNMjAwMTAxMDAwMDAwWhcN
        MjAwMjAxMDAwMDAwWjAfMR0wGwYDVQQDDBRsdnNjYXJlIHRlc3QgZXhwaXJlZDBZ
        MBMGByqGSM49AgEGCCqGSM49AwEHA0IABL7vj+qA0w5vm6n8Jz9/1EzRIHiITVDC
        M2kY53SX5av2uJ/FGzvPzLWi2TIyq9HmQ1Z2BY6NxDk1nlpO3sGDFqujcDBuMCwG
        A1UdEQQlMCOHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAGCCWxvY2FsaG9zdDAdBgNV
        HQ4EFgQUW5KZZBEk7n5sp104eVh7kD9fqh0wHwYDVR0jBBgwFoAU+L4kQagoPSBT
        e6dUHdPgWqK7vIIwCgYIKoZIzj0EAwIDRwAwRAIgUxqe+roW8B3S5Joo+g2C6gFZ
        4+WTPytYOH/NN2xcjV8CIA34HRFoQVinAsREO+OpN+dNNFUGUzuAinq5xYnFVwz6
        -----END CERTIFICATE-----
        """

    /// For loopback, from 2110-01-01.
    package static let future = """
        -----BEGIN CERTIFICATE-----
        MIIBsDCCAVagAwIBAgIUHFf8b8VyNHCwc/zhxqODyMrJHgswCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRbHZzY2FyZSB0ZXN0IHJvb3QwIhgPMjExMDAxMDEwMDAwMDBa
        GA8yMTIwMDEwMTAwMDAwMFowHjEcMBoGA1UEAwwTbHZzY2FyZSB0ZXN0IGZ1dHVy
        ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABL7vj+qA0w5vm6n8Jz9/1EzRIHiI
        TVDCM2kY53SX5av2uJ/FGzvPzLWi2TIyq9HmQ1Z2BY6NxDk1nlpO3sGDFqujcDBu
        MCwGA1UdEQQlMCOHBH8AAAGHEAAAAAAAAAAAAAAAAAAAAAGCCWxvY2FsaG9zdDAd
        BgNVHQ4EFgQUW5KZZBEk7n5sp104eVh7kD9fqh0wHwYDVR0jBBgwFoAU+L4kQago
        PSBTe6dUHdPgWqK7vIIwCgYIKoZIzj0EAwIDSAAwRQIgfCef/ObcOYwQFob9OA3s
        bZYg7gtLuUteRpxNg2ENwn4CIQCo9paLZKSlARuFM08kj9xsP1sabeUD9HteZmdM
        X4HPww==
        -----END CERTIFICATE-----
        """

    /// The private key of all server certificates.
    package static let key = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIKTCEKxGvZzgWlqwiIipsMcY64FXw9pYyLUkSDyrl/vDoAoGCCqGSM49
        AwEHoUQDQgAEvu+P6oDTDm+bqfwnP3/UTNEgeIhNUMIzaRjndJflq/a4n8UbO8/M
        taLZMjKr0eZDVnYFjo3EOTWeWk7ewYMWqw==
        -----END EC PRIVATE KEY-----
        """
}
