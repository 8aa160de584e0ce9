package liveness

import (
	"slices"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LeaseSeen is one look at the lease of a node. The resourceVersion is empty if there was none.
type LeaseSeen struct {
	At              metav1.Time       `json:"at"`
	ResourceVersion string            `json:"resourceVersion,omitempty"`
	RenewTime       *metav1.MicroTime `json:"renewTime,omitempty"`
}

// LeaseSample is what the leases of nodes were some time before the Snapshot was taken. A lease that moves between the
// two is that of a living kubelet; clocks of different machines are not compared.
type LeaseSample struct {
	At     time.Time
	Leases []*coordinationv1.Lease
}

func (s *LeaseSample) Of(node string) *coordinationv1.Lease {
	if s == nil {
		return nil
	}
	return LeaseOf(s.Leases, node)
}

func LeaseOf(leases []*coordinationv1.Lease, node string) *coordinationv1.Lease {
	i := slices.IndexFunc(leases, func(l *coordinationv1.Lease) bool { return l.Name == node })
	if i < 0 {
		return nil
	}
	return leases[i]
}
