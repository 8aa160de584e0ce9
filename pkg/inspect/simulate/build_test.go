package simulate

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// The classes besides Class, and the provisioner of one of them.
const (
	immediate = "immediate"
	dynamic   = "provisioned"
	driver    = "disk.example.com"
)

func classes() []any {
	return []any{StorageClass(Class), StorageClass(immediate, Immediate), StorageClass(dynamic, ProvisionedBy(driver))}
}

func simulator(tb testing.TB, s *inspect.Snapshot) *Simulator {
	tb.Helper()
	sim, err := New(tb.Context(), s)
	if err != nil {
		tb.Fatal(err)
	}
	return sim
}

func verdict(tb testing.TB, j inspect.Judge, p *corev1.Pod, c inspect.Change, nodes ...string) *inspect.Verdict {
	tb.Helper()
	v, err := j.Verdict(tb.Context(), p, c, nodes)
	if err != nil {
		tb.Fatal(err)
	}
	return v
}
