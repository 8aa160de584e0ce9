package disk_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// at gives a volume another path.
func at(path string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{Local: &corev1.LocalVolumeSource{Path: path}}
	}
}

// hostPath gives a volume a path of the other kind.
func hostPath(path string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: path}}
	}
}

// handle makes a volume one of a CSI driver.
func handle(driver, name string) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) {
		v.Spec.PersistentVolumeSource = corev1.PersistentVolumeSource{CSI: &corev1.CSIPersistentVolumeSource{Driver: driver, VolumeHandle: name}}
	}
}

// byName puts a volume on Nodes by their names.
func byName(nodes ...string) func(*corev1.PersistentVolume) {
	return Within(corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: nodes}}})
}

func TestSharing(t *testing.T) {
	const path = "/mnt/disks/ssd0"
	nodes := []any{Node("n0"), Node("n1"), Node("n2", NodeLabel("driver.example.com/node", "n2"))}
	nodesUnread := inspect.Gap{Kind: inspect.Nodes, Reason: "forbidden: list nodes"}
	for name, c := range map[string]struct {
		a, b  *corev1.PersistentVolume
		more  []any
		apart bool
	}{
		"the same path":               {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at(path))},
		"other paths":                 {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at("/mnt/disks/ssd1")), apart: true},
		"one beginning like another":  {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at(path+"0")), apart: true},
		"the same path elsewhere":     {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n1"), at(path)), apart: true},
		"trailing and double slashes": {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at("/mnt//disks/ssd0/"))},
		"dots":                        {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at("/mnt/disks/./other/../ssd0"))},
		"below":                       {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at(path+"/pvs/vol1"))},
		"beside, sorted in between":   {a: Volume("a", On("n0"), at("/mnt/a")), b: Volume("b", On("n0"), at("/mnt/a/x")), more: []any{Volume("c", On("n0"), at("/mnt/a-b"))}},
		"the root":                    {a: Volume("a", On("n0"), hostPath("/")), b: Volume("b", On("n0"), at(path))},
		"hostPath and local":          {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), hostPath(path))},
		"hostPath anywhere":           {a: Volume("a", On("n0"), at(path)), b: Volume("b", Anywhere, hostPath(path))},
		"a link of every system":      {a: Volume("a", On("n0"), at("/var/run/data")), b: Volume("b", On("n0"), at("/run/data"))},
		"no link":                     {a: Volume("a", On("n0"), at("/var/runner/data")), b: Volume("b", On("n0"), at("/runner/data")), apart: true},
		"case and slashes of Windows": {a: Volume("a", On("n0"), at(`C:\data\pv0`)), b: Volume("b", On("n0"), at("c:/Data/PV0"))},
		"case elsewhere":              {a: Volume("a", On("n0"), at("/mnt/A")), b: Volume("b", On("n0"), at("/mnt/a")), apart: true},
		"device and partition":        {a: Volume("a", On("n0"), at("/dev/sdb")), b: Volume("b", On("n0"), at("/dev/sdb1"))},
		"two partitions":              {a: Volume("a", On("n0"), at("/dev/sdb1")), b: Volume("b", On("n0"), at("/dev/sdb2")), apart: true},
		"two devices":                 {a: Volume("a", On("n0"), at("/dev/sdb")), b: Volume("b", On("n0"), at("/dev/sdc1")), apart: true},
		"partition of nvme":           {a: Volume("a", On("n0"), at("/dev/nvme0n1")), b: Volume("b", On("n0"), at("/dev/nvme0n1p2"))},
		"two of nvme":                 {a: Volume("a", On("n0"), at("/dev/nvme0n1")), b: Volume("b", On("n0"), at("/dev/nvme0n12")), apart: true},
		"partition by id":             {a: Volume("a", On("n0"), at("/dev/disk/by-id/wwn-5")), b: Volume("b", On("n0"), at("/dev/disk/by-id/wwn-5-part1"))},
		"two logical volumes":         {a: Volume("a", On("n0"), at("/dev/vg/data")), b: Volume("b", On("n0"), at("/dev/vg/data1")), apart: true},
		"by field":                    {a: Volume("a", byName("n0"), at(path)), b: Volume("b", On("n0"), at(path))},
		"by fields of two nodes":      {a: Volume("a", byName("n0"), at(path)), b: Volume("b", byName("n1"), at(path)), apart: true},
		"several homes":               {a: Volume("a", Within(Term(In(corev1.LabelHostname, "n0", "n1"))), at(path)), b: Volume("b", On("n1"), at(path))},
		"both on a missing node":      {a: Volume("a", On("n9"), at(path)), b: Volume("b", On("n9"), at(path))},
		"on two missing nodes":        {a: Volume("a", On("n8"), at(path)), b: Volume("b", On("n9"), at(path)), apart: true},
		"missing and present":         {a: Volume("a", On("n9"), at(path)), b: Volume("b", On("n0"), at(path)), apart: true},
		"by another label":            {a: Volume("a", Within(Term(In("driver.example.com/node", "n2"))), at(path)), b: Volume("b", On("n2"), at(path))},
		"by a label that is lost":     {a: Volume("a", Within(Term(In("lost.example.com/node", "n2"))), at(path)), b: Volume("b", On("n2"), at(path))},
		"nodes not read":              {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n0"), at(path)), more: []any{nodesUnread}},
		"nodes not read, two hosts":   {a: Volume("a", On("n0"), at(path)), b: Volume("b", On("n1"), at(path)), more: []any{nodesUnread}, apart: true},
		"home unknown, alike": {
			a: Volume("a", Within(Term(In("rack", "r1"))), at(path)), b: Volume("b", Within(Term(In("rack", "r1"))), at(path)), more: []any{nodesUnread},
		},
		"one handle of a driver":            {a: Volume("a", On("n0"), handle("csi.example.com", "h")), b: Volume("b", On("n0"), handle("csi.example.com", "h"))},
		"one handle of two drivers":         {a: Volume("a", On("n0"), handle("csi.example.com", "h")), b: Volume("b", On("n0"), handle("csi.example.org", "h")), apart: true},
		"two handles":                       {a: Volume("a", On("n0"), handle("csi.example.com", "/h")), b: Volume("b", On("n0"), handle("csi.example.com", "/h/i")), apart: true},
		"volumes of which nothing is known": {a: Volume("a", of(corev1.PersistentVolumeSource{})), b: Volume("b", of(corev1.PersistentVolumeSource{})), apart: true},
	} {
		t.Run(name, func(t *testing.T) {
			world := append(append([]any{c.a, c.b}, nodes...), c.more...)
			ix := inspect.NewIndex(Snapshot(t, world...))
			want := map[bool][]string{false: {"b"}, true: nil}[c.apart]
			if diff := cmp.Diff(want, names(disk.Sharing(ix, c.a))); diff != "" {
				t.Errorf("what shares the disk of a (-want +got):\n%s", diff)
			}
			want = map[bool][]string{false: {"a"}, true: nil}[c.apart]
			if diff := cmp.Diff(want, names(disk.Sharing(ix, c.b))); diff != "" {
				t.Errorf("what shares the disk of b (-want +got):\n%s", diff)
			}
		})
	}
}

func of(source corev1.PersistentVolumeSource) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.Spec.PersistentVolumeSource = source }
}

func names(volumes []*corev1.PersistentVolume) []string {
	var out []string
	for _, v := range volumes {
		out = append(out, v.Name)
	}
	return out
}

func TestHolders(t *testing.T) {
	const path = "/mnt/disks/ssd0"
	old := Volume("old", On("n0"), at(path), Has("data", "data-uid"), Phase(Released))
	twin := func(edits ...func(*corev1.PersistentVolume)) *corev1.PersistentVolume {
		return Volume("twin", append([]func(*corev1.PersistentVolume){On("n0"), at(path)}, edits...)...)
	}
	theirs := types.NamespacedName{Namespace: Ns, Name: "theirs"}
	for name, c := range map[string]struct {
		twin *corev1.PersistentVolume
		more []any
		gets types.NamespacedName
		// want is what holds it: its claim, its Pods, and whether it is only reserved.
		want []string
	}{
		"free":                         {twin: twin()},
		"bound":                        {twin: twin(Has("theirs", "theirs-uid")), more: []any{Claim("theirs", BoundTo("twin"))}, want: []string{"shop/theirs"}},
		"bound, used":                  {twin: twin(Has("theirs", "theirs-uid")), more: []any{Claim("theirs", BoundTo("twin")), Pod("p", RunsOn("n0"), Uses("theirs"))}, want: []string{"shop/theirs", "p"}},
		"bound to a claim not read":    {twin: twin(Has("theirs", "theirs-uid")), want: []string{"shop/theirs"}},
		"being bound":                  {twin: twin(ClaimedBy("theirs", "theirs-uid")), more: []any{Claim("theirs")}, want: []string{"shop/theirs"}},
		"released":                     {twin: twin(Has("theirs", "theirs-uid"), Phase(Released))},
		"released, its Pod runs":       {twin: twin(Has("theirs", "theirs-uid"), Phase(Released)), more: []any{Pod("p", RunsOn("n0"), Uses("theirs"))}, want: []string{"shop/theirs", "p"}},
		"released, its Pod has ended":  {twin: twin(Has("theirs", "theirs-uid"), Phase(Released)), more: []any{Pod("p", RunsOn("n0"), Ended, Uses("theirs"))}},
		"released, its Pod is pending": {twin: twin(Has("theirs", "theirs-uid"), Phase(Released)), more: []any{Pod("p", Uses("theirs"))}},
		"released, the claim is elsewhere": {twin: twin(Has("theirs", "theirs-uid"), Phase(Released)), more: []any{
			Claim("theirs", WithUID("new"), BoundTo("w")), Pod("p", RunsOn("n1"), Uses("theirs")), Volume("w", On("n1"), Has("theirs", "new")), Node("n1"),
		}},
		"reserved":                 {twin: twin(ReservedFor("theirs")), want: []string{"shop/theirs", "reserved"}},
		"reserved for who gets it": {twin: twin(ReservedFor("theirs")), gets: theirs},
		"cordoned": {twin: twin(func(v *corev1.PersistentVolume) {
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: disk.CordonNamespace, Name: "slow"}
		})},
	} {
		t.Run(name, func(t *testing.T) {
			ix := inspect.NewIndex(Snapshot(t, append([]any{Node("n0"), old, c.twin}, c.more...)...))
			var got []string
			for _, h := range disk.New(ix).Holders(old, c.gets) {
				got = append(got, h.Claim.String())
				for _, p := range h.Pods {
					got = append(got, p.Name)
				}
				if h.Reserved {
					got = append(got, "reserved")
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
