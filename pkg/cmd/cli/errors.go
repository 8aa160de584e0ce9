package cli

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// explain says what an error says: if that is a Fact, in the words of the Phraser.
func (a *App) explain(err error) string {
	var told interface{ Fact() fact.Fact }
	if errors.As(err, &told) {
		return a.Phrase.Text(told.Fact())
	}
	return explainError(err)
}

// explainError says in one sentence what went wrong, on which server, and what to do. Errors that do that themselves
// are left alone.
func explainError(err error) string {
	var usage *UsageError
	var forbidden *collect.ForbiddenError
	if errors.As(err, &usage) || errors.As(err, &forbidden) {
		return err.Error()
	}
	if text, ok := explainStatus(err); ok {
		return text
	}
	if text, ok := explainConnection(err); ok {
		return text
	}
	return err.Error()
}

// explainStatus is for servers that answered, with an error.
func explainStatus(err error) (string, bool) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return "", false
	}
	says := status.Status().Message
	switch {
	case apierrors.IsUnauthorized(err):
		return "the server does not accept your credentials (401 Unauthorized): they are missing, wrong or expired; log in again, or check the user of this context in your kubeconfig", true
	case apierrors.IsForbidden(err):
		if _, who, ok := strings.Cut(says, " is forbidden: "); ok {
			says = who
		}
		return fmt.Sprintf("not allowed: %s; ask an administrator for that permission, or use another --context or --as", says), true
	case apierrors.IsTooManyRequests(err), apierrors.IsServiceUnavailable(err), apierrors.IsServerTimeout(err), apierrors.IsTimeout(err):
		return fmt.Sprintf("the server is overloaded or starting: %s; try again in a while", says), true
	case apierrors.IsNotFound(err) && strings.Contains(says, "could not find the requested resource"):
		return fmt.Sprintf("%s; is this the address of a Kubernetes API server?", err), true
	}
	return "", false
}

// explainConnection is for servers that could not be reached or trusted. The errors are those of net, crypto and
// net/http, inside the *url.Error that every request of client-go fails with.
func explainConnection(err error) (string, bool) {
	var request *url.Error
	if !errors.As(err, &request) {
		return "", false
	}
	server := serverOf(request.URL)
	var dns *net.DNSError
	var unknownAuthority x509.UnknownAuthorityError
	var certificate *tls.CertificateVerificationError
	var alert tls.AlertError
	var timeout interface{ Timeout() bool }
	system := errnosOf(runtime.GOOS)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("the server's name %s cannot be resolved: check the server address in your kubeconfig, and your network or VPN", dns.Name), true
	case errors.As(err, &dns):
		return fmt.Sprintf("the server's name %s cannot be resolved now (%s): check your network or VPN", dns.Name, dns.Err), true
	case isAny(err, system.refused):
		return fmt.Sprintf("%s refuses the connection: nothing listens there; is the cluster up, and the server address in your kubeconfig right?", server), true
	case isAny(err, system.unreachable):
		return fmt.Sprintf("there is no way to %s (%v): check your network or VPN", server, root(err)), true
	case errors.As(err, &unknownAuthority):
		return fmt.Sprintf("%s has a certificate that your kubeconfig does not trust (%v): its certificate-authority is that of another cluster, or outdated", server, unknownAuthority), true
	case errors.As(err, &certificate):
		return fmt.Sprintf("the certificate of %s is not valid (%v): check the server address and the certificate-authority in your kubeconfig, and the clock of this machine", server, certificate.Err), true
	case errors.As(err, &alert):
		return fmt.Sprintf("%s does not accept your client certificate (%v): it is missing, wrong or expired; check the user of this context in your kubeconfig", server, alert), true
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return fmt.Sprintf("%s speaks HTTP, not HTTPS: check the server address in your kubeconfig", server), true
	case errors.As(err, &timeout) && timeout.Timeout(), isAny(err, system.timedOut):
		return fmt.Sprintf("%s does not answer (%v): check that the cluster is up, and your network or VPN; --request-timeout sets how long to wait", server, timeLimit(err)), true
	case isAny(err, system.closed), strings.HasSuffix(err.Error(), "EOF"):
		return fmt.Sprintf("%s closed the connection (%v): is a Kubernetes API server at that address?", server, root(err)), true
	}
	return fmt.Sprintf("the request to %s failed: %v", server, request.Err), true
}

// serverOf is the scheme, host and port of a request's address.
func serverOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "the server"
	}
	return u.Scheme + "://" + u.Host
}

// timeLimit says in words which limit a timed-out request met.
func timeLimit(err error) string {
	var silence *responseTimeoutError
	var op *net.OpError
	switch {
	case errors.As(err, &silence):
		return silence.Error()
	case errors.As(err, &op) && op.Op == "dial":
		return "timed out" // dialing has a limit of its own
	case strings.Contains(err.Error(), "Client.Timeout"), errors.Is(err, context.DeadlineExceeded):
		// Which of the two it is depends on where the request was.
		return "--request-timeout is over"
	case strings.Contains(err.Error(), "TLS handshake"):
		return "the TLS handshake does not end"
	}
	return "timed out"
}

// root is the innermost error.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// OneLine joins the lines of a message and makes it safe to show.
func OneLine(message string) string {
	return output.Clean(strings.Join(strings.FieldsFunc(message, func(r rune) bool { return r == '\n' }), "; "))
}
