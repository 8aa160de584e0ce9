package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"
)

// These need another network than that of a test.
func TestConnectionErrors(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"no such name", dial(&net.DNSError{Name: "api.test", IsNotFound: true}), "the server's name api.test cannot be resolved: check the server address in your kubeconfig, and your network or VPN"},
		{"no name server", dial(&net.DNSError{Name: "api.test", Err: "server misbehaving"}), "the server's name api.test cannot be resolved now (server misbehaving): check your network or VPN"},
		{"no route", dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)), "there is no way to https://api.test:6443 (no route to host): check your network or VPN"},
		{"packets vanish", dial(context.DeadlineExceeded), "https://api.test:6443 does not answer (timed out): check that the cluster is up, and your network or VPN; --request-timeout sets how long to wait"},
		{"certificate expired", &tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired, Cert: &x509.Certificate{}}},
			"the certificate of https://api.test:6443 is not valid (x509: certificate has expired or is not yet valid: ): check the server address and the certificate-authority in your kubeconfig, and the clock of this machine"},
		{"client certificate", &net.OpError{Op: "remote error", Err: tls.AlertError(42)}, "https://api.test:6443 does not accept your client certificate (tls: bad certificate): it is missing, wrong or expired; check the user of this context in your kubeconfig"},
		{"hung up", io.EOF, "https://api.test:6443 closed the connection (EOF): is a Kubernetes API server at that address?"},
		{"credential plugin", errors.New("getting credentials: exec: executable aws not found"), "the request to https://api.test:6443 failed: getting credentials: exec: executable aws not found"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := fmt.Errorf("cannot list nodes: %w", &url.Error{Op: "Get", URL: "https://api.test:6443/api/v1/nodes?limit=500", Err: tc.err})
			if got := explainError(err); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}
