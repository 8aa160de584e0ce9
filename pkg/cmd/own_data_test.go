package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cmdtest"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// listed writes objects into a file, as kubectl get prints them.
func listed(t *testing.T, objects map[string][]any) string {
	t.Helper()
	var items []any
	for kind, all := range objects {
		apiVersion := "v1"
		if kind == "StorageClass" {
			apiVersion = "storage.k8s.io/v1"
		}
		for _, o := range all {
			data, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			fields := map[string]any{}
			if err := json.Unmarshal(data, &fields); err != nil {
				t.Fatal(err)
			}
			fields["apiVersion"], fields["kind"] = apiVersion, kind
			items = append(items, fields)
		}
	}
	data, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cluster.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestOwnVolumeIsJudgedAlike: why-pending offers to give a claim back what an earlier one of its name left exactly if reattach does it.
func TestOwnVolumeIsJudgedAlike(t *testing.T) {
	block := func(v *corev1.PersistentVolume) {
		mode := corev1.PersistentVolumeBlock
		v.Spec.VolumeMode = &mode
	}
	restored := func(c *corev1.PersistentVolumeClaim) {
		BoundTo("disk-3")(c)
		c.Status.Phase = corev1.ClaimLost
	}
	half := func(c *corev1.PersistentVolumeClaim) { ClaimAnnotation("pv.kubernetes.io/bind-completed", "yes")(c) }
	for name, tc := range map[string]struct {
		volume func(*corev1.PersistentVolume)
		claim  func(*corev1.PersistentVolumeClaim)
		can    bool
	}{
		"as it was":                     {can: true},
		"of another class":              {volume: OfClass("older")},
		"smaller":                       {volume: Sized("10Gi")},
		"of another mode":               {volume: block},
		"without the access mode":       {volume: func(v *corev1.PersistentVolume) { v.Spec.AccessModes = nil }},
		"with a selector":               {claim: WantsLabel("disk", "ssd"), can: true},
		"marked as bound to nothing":    {claim: half},
		"restored":                      {claim: restored, can: true},
		"restored, of another class":    {volume: OfClass("older"), claim: restored, can: true},
		"restored, smaller":             {volume: Sized("10Gi"), claim: restored, can: true},
		"restored, of another mode":     {volume: block, claim: restored},
		"which names it":                {claim: func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "disk-3" }, can: true},
		"which names it, another class": {volume: OfClass("older"), claim: func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "disk-3" }},
		"which names another":           {claim: func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "disk-4" }},
	} {
		t.Run(name, func(t *testing.T) {
			v := Volume("disk-3", On("host-3"), Has("ledger", "earlier-ledger"), Phase(Released))
			c := Claim("ledger", WithUID("ledger-now"))
			if tc.volume != nil {
				tc.volume(v)
			}
			if tc.claim != nil {
				tc.claim(c)
			}
			file := listed(t, map[string][]any{"Node": {Node("host-3")}, "PersistentVolume": {v}, "PersistentVolumeClaim": {c},
				"Pod": {Pod("bank-0", Uses("ledger"))}, "StorageClass": {StorageClass(Class)}})
			why := runner(cmdtest.Runner{}).Run(t, "why-pending", "bank-0", "-n", Ns, "--from", file, "-o", "json")
			plan := runner(cmdtest.Runner{}).Run(t, "reattach", "disk-3", "--dry-run", "--from", file)
			offered := strings.Contains(why.Stdout, `"id": "reattach-disk-3"`)
			if offered != tc.can || plan.Code == 0 != tc.can {
				t.Errorf("why-pending offers it: %v; reattach ends with %d: %s%s\nwant both: %v", offered, plan.Code, plan.Stdout, plan.Stderr, tc.can)
			}
		})
	}
}

// TestCellsSayWhoHasTheVolumes: in the table of nodes, volumes that others have are told apart.
func TestCellsSayWhoHasTheVolumes(t *testing.T) {
	on := On("host-3")
	file := listed(t, map[string][]any{
		"Node": {Node("host-3")}, "Pod": {Pod("bank-0", Uses("ledger"))}, "StorageClass": {StorageClass(Class)},
		"PersistentVolumeClaim": {Claim("ledger"), Claim("web", WithUID("web-now")), Claim("mail", BoundTo("disk-2"))},
		"PersistentVolume": {
			Volume("disk-1", on, Has("ledger", "earlier"), Phase(Released), Sized("10Gi")), Volume("disk-2", on, Has("mail", "mail-uid")),
			Volume("disk-3", on, Has("gone", "gone-uid"), Phase(Released)), Volume("disk-4", on, Has("web", "web-earlier"), Phase(Released)),
			Volume("disk-5", on, ReservedFor("next")),
		},
	})
	got := runner(cmdtest.Runner{}).Run(t, "why-pending", "bank-0", "-n", Ns, "--from", file).Stdout
	const want = "1 left by an earlier claim of this name, 1 left by a claim that is gone, 1 left by an earlier claim of another name, 1 reserved for another claim, 1 claimed by others"
	if !strings.Contains(got, "host-3  "+want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

// TestEarlierClaimsAreNotJustGone: of a volume whose claim is gone while another has its name, that is said.
func TestEarlierClaimsAreNotJustGone(t *testing.T) {
	file := listed(t, map[string][]any{
		"Node": {Node("host-3")}, "Pod": {Pod("bank-0", Uses("ledger"))}, "StorageClass": {StorageClass(Class)},
		"PersistentVolumeClaim": {Claim("ledger"), Claim("mail", WithUID("mail-now"))},
		"PersistentVolume": {
			Volume("disk-1", On("host-3"), Has("mail", "mail-earlier"), Phase(Released)), Volume("disk-2", On("host-3"), Has("gone", "gone-uid"), Phase(Released)),
			Volume("disk-3", On("host-3"), VolumeAnnotation("localpv.dev/data-of", "ledger")),
		},
	})
	for _, args := range [][]string{{"ls"}, {"ls", "-o", "wide"}} {
		got := runner(cmdtest.Runner{}).Run(t, append(args, "--from", file)...)
		if !strings.Contains(got.Stdout, "shop/mail (earlier)") || !strings.Contains(got.Stdout, "shop/gone (gone)") {
			t.Errorf("%v:\n%s", args, got.Stdout)
		}
		const doubt = "disk-3: its annotation localpv.dev/data-of cannot be read"
		if wide := len(args) > 1; strings.Contains(got.Stderr, doubt) != wide {
			t.Errorf("%v: %s", args, got.Stderr)
		}
	}
	got := runner(cmdtest.Runner{}).Run(t, "why-pending", "bank-0", "-n", Ns, "--from", file, "--volume", "disk-1").Stdout
	if !strings.Contains(got, "shop/mail (an earlier claim of this name, not the one that there is)") || strings.Contains(got, "(gone)") {
		t.Error(got)
	}
}
