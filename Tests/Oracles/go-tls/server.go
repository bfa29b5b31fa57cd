// Command go-tls-server answers each HTTPS request with 200, by Go's own crypto/tls and net/http, as API servers do.
//
// The first line on standard output is where it listens; with -tell there is one more for each request: "full" or
// "resumed".
//
// With -probe it is a client instead, whose every request is a connection and a handshake of its own.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

func main() {
	certificate := flag.String("cert", "", "file with the certificate")
	key := flag.String("key", "", "file with its key")
	address := flag.String("listen", "127.0.0.1:0", "where to listen")
	tickets := flag.Bool("tickets", true, "let sessions be resumed")
	clients := flag.Bool("ask", false, "ask for a certificate of the client, as API servers do")
	tell := flag.Bool("tell", false, "tell of each request")
	version := flag.Int("tls", 13, "the highest version of TLS: 12 or 13")
	probe := flag.String("probe", "", "the server to ask")
	count := flag.Int("count", 1, "how often to ask it")
	flag.Parse()

	if *probe != "" {
		ask("https://"+*probe+"/", *count)
		return
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	config := &tls.Config{SessionTicketsDisabled: !*tickets, MaxVersion: tls.VersionTLS13}
	if *version == 12 {
		config.MaxVersion = tls.VersionTLS12
	}
	if *clients {
		config.ClientAuth = tls.RequestClientCert
	}
	server := http.Server{
		TLSConfig: config,
		ErrorLog:  log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
			if *tell {
				what := "full"
				if request.TLS.DidResume {
					what = "resumed"
				}
				fmt.Println(what)
			}
			io.WriteString(response, "ok")
		}),
	}
	log.Fatal(server.ServeTLS(listener, *certificate, *key))
}

func ask(url string, count int) {
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
	}}
	for ; count > 0; count-- {
		response, err := client.Get(url)
		if err != nil {
			log.Fatal(err)
		}
		response.Body.Close()
	}
}
