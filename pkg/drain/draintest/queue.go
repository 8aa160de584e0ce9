package draintest

import (
	corev1 "k8s.io/api/core/v1"

	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// Queue is a second set beside Db, with three members on the same nodes, and volumes that are free for one of them. The edits are those of
// the claim of queue-1, which is on n1.
func Queue(edits ...func(*corev1.PersistentVolumeClaim)) []any {
	s := StatefulSet("queue", 3)
	claim := Claim("data-queue-1", append([]func(*corev1.PersistentVolumeClaim){BoundTo("n1-queue")}, edits...)...)
	return All(s, MemberPod(s, 0, "n0"), MemberPod(s, 1, "n1"), MemberPod(s, 2, "n2"), HeldBy("data-queue-0", "n0-queue", "n0"), claim,
		Volume("n1-queue", On("n1"), Has("data-queue-1", "data-queue-1-uid")), HeldBy("data-queue-2", "n2-queue", "n2"), Free("n2-more", "n3-more"))
}
