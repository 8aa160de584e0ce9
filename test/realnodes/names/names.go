// Package names is the DNS of a cluster, as far as members of StatefulSets need it: the addresses of headless Services and of each Pod behind
// them, from the EndpointSlices. It knows no other names, and nobody to ask for them.
package names

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// Domain is below which all names are.
const Domain = "cluster.local"

// ttl is for how many seconds an answer holds: the address of a Pod changes with each start.
const ttl = 1

// Server answers what it is asked.
type Server struct{ Client kubernetes.Interface }

// Serve answers until ctx ends. What cannot be answered is told to whoever asks as a failure of the server, and to told.
func (s Server) Serve(ctx context.Context, conn net.PacketConn, told func(error)) error {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	for buffer := make([]byte, 1500); ; {
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return errors.Join(fmt.Errorf("wait for a question: %w", err), context.Cause(ctx))
		}
		answer, err := s.answer(ctx, buffer[:n])
		if err != nil {
			told(err)
		}
		if answer == nil {
			continue
		}
		if _, err := conn.WriteTo(answer, from); err != nil {
			told(fmt.Errorf("answer %s: %w", from, err))
		}
	}
}

// answer is the message that answers one, or nothing if that is none.
func (s Server) answer(ctx context.Context, message []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(message)
	if err != nil {
		return nil, fmt.Errorf("read a question: %w", err)
	}
	question, err := parser.Question()
	if err != nil {
		return nil, fmt.Errorf("read a question: %w", err)
	}
	out := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, Authoritative: true, RecursionDesired: header.RecursionDesired},
		Questions: []dnsmessage.Question{question},
	}
	addresses, failure := s.lookup(ctx, question.Name.String())
	switch {
	case failure != nil:
		out.RCode = dnsmessage.RCodeServerFailure
	case len(addresses) == 0:
		out.RCode = dnsmessage.RCodeNameError
	case question.Type == dnsmessage.TypeA:
		for _, address := range addresses {
			out.Answers = append(out.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET, TTL: ttl},
				Body:   &dnsmessage.AResource{A: address.As4()},
			})
		}
	}
	packed, err := out.Pack()
	return packed, errors.Join(failure, err)
}

// lookup finds the addresses of SERVICE.NAMESPACE.svc.cluster.local and HOST.SERVICE.NAMESPACE.svc.cluster.local, in the order of the
// EndpointSlices.
func (s Server) lookup(ctx context.Context, name string) ([]netip.Addr, error) {
	path, ours := strings.CutSuffix(strings.ToLower(name), ".svc."+Domain+".")
	labels := strings.Split(path, ".")
	if !ours || len(labels) < 2 || len(labels) > 3 {
		return nil, nil
	}
	host := ""
	if len(labels) == 3 {
		host, labels = labels[0], labels[1:]
	}
	slices, err := s.Client.DiscoveryV1().EndpointSlices(labels[1]).List(ctx, metav1.ListOptions{
		LabelSelector: discoveryv1.LabelServiceName + "=" + labels[0],
	})
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", name, err)
	}
	var found []netip.Addr
	for _, slice := range slices.Items {
		for _, endpoint := range slice.Endpoints {
			if !ready(endpoint) || host != "" && (endpoint.Hostname == nil || *endpoint.Hostname != host) {
				continue
			}
			for _, text := range endpoint.Addresses {
				if address, err := netip.ParseAddr(text); err == nil && address.Is4() {
					found = append(found, address)
				}
			}
		}
	}
	return found, nil
}

// ready is so where nothing is said, and of a Pod that is not if its Service publishes such.
func ready(endpoint discoveryv1.Endpoint) bool {
	return endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready
}
