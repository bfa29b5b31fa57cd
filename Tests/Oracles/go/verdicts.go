// Command verdicts says what Go's clients make of servers: net/http for HTTP, grpc-go's health client as the kubelet
// uses it for gRPC.
//
// Questions are lines of JSON on standard input, verdicts such lines on standard output, in the same order. All servers
// are asked at the same time.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

type question struct {
	Endpoint    string  // host:port
	GRPC        bool    // a call of grpc.health.v1.Health/Check instead of GET /
	Service     string  // what the call asks about
	TLS         bool    // whether TLS is spoken
	Issuers     *string // file with the issuers to believe; none to believe anybody
	ServerName  *string // name to ask for and to find in the certificate; none for the address
	Certificate *string // files of the client
	Key         *string
	Seconds     float64 // what the server may take
}

type verdict struct {
	Healthy bool
	Remark  string
}

func (q question) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: q.Issuers == nil}
	if q.ServerName != nil {
		config.ServerName = *q.ServerName
	}
	if q.Issuers != nil {
		text, err := os.ReadFile(*q.Issuers)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("no certificate in %s", *q.Issuers)
		}
	}
	if q.Certificate != nil && q.Key != nil {
		pair, err := tls.LoadX509KeyPair(*q.Certificate, *q.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// A status from 100 to 399 is healthy, and the head decides; redirects are not followed.
func (q question) http(ctx context.Context, config *tls.Config) (string, error) {
	scheme, host := "http", q.Endpoint
	if q.TLS {
		scheme = "https"
	}
	if q.ServerName != nil {
		host = *q.ServerName
	}
	client := http.Client{
		Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   config,
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, q.Endpoint)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	request, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s://%s/", scheme, host), nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	response.Body.Close()
	if response.StatusCode >= 400 {
		return "", fmt.Errorf("status %d", response.StatusCode)
	}
	return fmt.Sprintf("status %d", response.StatusCode), nil
}

// As the kubelet does it: the connection must be ready, then the answer must be SERVING.
func (q question) grpc(ctx context.Context, config *tls.Config) (string, error) {
	options := []grpc.DialOption{grpc.WithBlock(), grpc.WithUserAgent("verdicts")}
	if q.TLS {
		options = append(options, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	} else {
		options = append(options, grpc.WithInsecure())
	}
	connection, err := grpc.DialContext(ctx, q.Endpoint, options...)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	answer, err := healthpb.NewHealthClient(connection).Check(ctx, &healthpb.HealthCheckRequest{Service: q.Service})
	if err != nil {
		return "", err
	}
	if answer.Status != healthpb.HealthCheckResponse_SERVING {
		return "", fmt.Errorf("%v", answer.Status)
	}
	return "SERVING", nil
}

func (q question) judge() verdict {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(q.Seconds*float64(time.Second)))
	defer cancel()
	config, err := q.tlsConfig()
	remark := ""
	if err == nil && q.GRPC {
		remark, err = q.grpc(ctx, config)
	} else if err == nil {
		remark, err = q.http(ctx, config)
	}
	if err != nil {
		return verdict{false, err.Error()}
	}
	return verdict{true, remark}
}

func main() {
	var questions []question
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var q question
		if err := decoder.Decode(&q); err == io.EOF {
			break
		} else if err != nil {
			fmt.Fprintln(os.Stderr, "verdicts:", err)
			os.Exit(1)
		}
		questions = append(questions, q)
	}
	verdicts := make([]verdict, len(questions))
	var group sync.WaitGroup
	for i := range questions {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			verdicts[i] = questions[i].judge()
		}(i)
	}
	group.Wait()
	encoder := json.NewEncoder(os.Stdout)
	for _, v := range verdicts {
		if err := encoder.Encode(v); err != nil {
			os.Exit(1)
		}
	}
}
