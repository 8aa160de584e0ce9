package ls

import (
	"fmt"
	"io"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// BenchmarkLs is everything that ls does after reading, for 1,000 nodes with 20 volumes each.
func BenchmarkLs(b *testing.B) {
	s := &inspect.Snapshot{TakenAt: cmdtest.Now()}
	for n := range 1000 {
		name := fmt.Sprintf("node-%d", n)
		s.Nodes = append(s.Nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelHostname: name}},
			Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}}})
		for v := range 20 {
			s.Volumes = append(s.Volumes, benchVolume(fmt.Sprintf("local-pv-%d-%d", n, v), name))
		}
	}
	for view, streams := range map[string]output.Streams{
		"pipe":     {Out: io.Discard, ErrOut: io.Discard},
		"terminal": {Out: io.Discard, ErrOut: io.Discard, IsTerminal: true, Width: 120, Color: true},
	} {
		b.Run(view, func(b *testing.B) {
			b.ReportAllocs()
			o := &options{app: cli.New(streams, "test"), sortBy: inventory.SortByNode}
			for b.Loop() {
				ix := inspect.NewIndex(s)
				if err := o.checkAnswerable(ix); err != nil {
					b.Fatal(err)
				}
				reports, err := o.reports(ix)
				if err != nil || len(reports) != len(s.Volumes) {
					b.Fatal(len(reports), err)
				}
				if err := o.print(ix, reports); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchVolume(name, host string) *corev1.PersistentVolume {
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, CreationTimestamp: metav1.NewTime(cmdtest.Now().AddDate(0, 0, -12))},
		Spec: corev1.PersistentVolumeSpec{
			Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("100Gi")}, StorageClassName: "local-ssd",
			PersistentVolumeSource: corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: "/mnt/" + name}},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
				MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelHostname, Operator: corev1.NodeSelectorOpIn, Values: []string{host}}}}}}},
		},
		Status: corev1.PersistentVolumeStatus{Phase: corev1.VolumeAvailable},
	}
}
