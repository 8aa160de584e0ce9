package names

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// resolver asks a server of the slices.
func resolver(t *testing.T, client *fake.Clientset) *net.Resolver {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = Server{client}.Serve(ctx, conn, func(err error) { t.Log(err) }) // it ends with the test
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	address := conn.LocalAddr().String()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp4", address)
	}}
}

func members() *discoveryv1.EndpointSlice {
	endpoint := func(host, address string, ready bool) discoveryv1.Endpoint {
		return discoveryv1.Endpoint{Hostname: &host, Addresses: []string{address}, Conditions: discoveryv1.EndpointConditions{Ready: &ready}}
	}
	return &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Namespace: "vault", Name: "ring-1", Labels: map[string]string{discoveryv1.LabelServiceName: "ring"}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{endpoint("ring-0", "10.1.0.1", true), endpoint("ring-1", "10.1.0.2", true), endpoint("ring-2", "10.1.0.3", false)},
		Ports:       []discoveryv1.EndpointPort{},
	}
}

func TestLookup(t *testing.T) {
	asked := resolver(t, fake.NewClientset(members(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "vault"}}))
	for name, want := range map[string]string{
		"ring.vault.svc.cluster.local.":        "10.1.0.1 10.1.0.2",
		"ring-1.ring.vault.svc.cluster.local.": "10.1.0.2",
		"Ring-1.RING.vault.svc.cluster.local.": "10.1.0.2",
		"ring-2.ring.vault.svc.cluster.local.": "", // not ready
		"ring-9.ring.vault.svc.cluster.local.": "",
		"other.vault.svc.cluster.local.":       "",
		"ring.other.svc.cluster.local.":        "",
		"a.b.ring.vault.svc.cluster.local.":    "",
		"ring.vault.example.":                  "",
	} {
		t.Run(name, func(t *testing.T) {
			addresses, err := asked.LookupHost(t.Context(), name)
			if got := strings.Join(addresses, " "); got != want {
				t.Errorf("%q, want %q (%v)", got, want, err)
			}
			if unknown, ok := errors.AsType[*net.DNSError](err); want == "" && (!ok || !unknown.IsNotFound) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// TestServerFails: a name that could not be looked up is not said to be unknown.
func TestServerFails(t *testing.T) {
	client := fake.NewClientset()
	client.PrependReactor("list", "endpointslices", func(clienttesting.Action) (bool, runtime.Object, error) {
		return true, nil, errors.New("no server")
	})
	_, err := resolver(t, client).LookupHost(t.Context(), "ring.vault.svc.cluster.local.")
	if failed, ok := errors.AsType[*net.DNSError](err); !ok || failed.IsNotFound {
		t.Errorf("the error is %v", err)
	}
}
