package disk_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

// wiped says that a disk was wiped so long ago.
func wiped(ago time.Duration) func(*corev1.PersistentVolume) {
	text, _ := json.Marshal(disk.Wipe{At: Ago(ago).Time, Method: "files", Verified: true})
	return VolumeAnnotation(disk.AnnWiped, string(text))
}

// released records a claim on a volume.
func released(c *corev1.PersistentVolumeClaim) func(*corev1.PersistentVolume) {
	c.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}
	text, _ := json.Marshal(c)
	return VolumeAnnotation(disk.AnnReleasedClaim, string(text))
}

// bornAgo says that a volume object was created so long ago.
func bornAgo(ago time.Duration) func(*corev1.PersistentVolume) {
	return func(v *corev1.PersistentVolume) { v.CreationTimestamp = Ago(ago) }
}

func TestDataOf(t *testing.T) {
	const hour = time.Hour
	theirs := disk.Owner{Namespace: Ns, Name: "theirs", UID: "theirs-uid"}
	// Volumes that are Released here have been for three hours, and claims are a day old.
	known := disk.Data{State: disk.Known, Claim: theirs}
	left := disk.Data{State: disk.Known, Claim: theirs, Since: Ago(3 * hour).Time}
	unknown := disk.Data{State: disk.Unknown}
	for name, c := range map[string]struct {
		volume *corev1.PersistentVolume
		want   disk.Data
	}{
		"nothing recorded":                   {Volume("v"), unknown},
		"reserved":                           {Volume("v", ReservedFor("theirs")), unknown},
		"bound":                              {Volume("v", Has("theirs", "theirs-uid")), known},
		"released":                           {Volume("v", Has("theirs", "theirs-uid"), Phase(Released)), left},
		"released and made available again":  {Volume("v", released(Claim("theirs"))), known},
		"noted when it was freed":            {Volume("v", VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"theirs","uid":"theirs-uid"}`), released(Claim("earlier"))), known},
		"recorded, and had by another since": {Volume("v", Has("theirs", "theirs-uid"), Phase(Released), released(Claim("earlier"))), left},
		"what is recorded cannot be read":    {Volume("v", VolumeAnnotation(disk.AnnReleasedClaim, "gzip:???")), unknown},
		"wiped":                              {Volume("v", wiped(hour)), disk.Data{State: disk.Wiped, Since: Ago(hour).Time}},
		"wiped after its release":            {Volume("v", Has("theirs", "theirs-uid"), Phase(Released), wiped(hour)), disk.Data{State: disk.Wiped, Since: Ago(hour).Time}},
		"wiped, then had by a claim":         {Volume("v", Has("theirs", "theirs-uid"), Phase(Released), wiped(5*hour)), left},
		"wiped, and bound":                   {Volume("v", Has("theirs", "theirs-uid"), wiped(hour)), known},
		"wiped, released at a time unknown":  {Volume("v", Has("theirs", "theirs-uid"), wiped(hour), func(v *corev1.PersistentVolume) { v.Status.Phase = Released }), known},
		"wiped, an older claim recorded":     {Volume("v", wiped(hour), released(Claim("theirs"))), disk.Data{State: disk.Wiped, Since: Ago(hour).Time}},
		"wiped, a younger claim recorded":    {Volume("v", wiped(48*hour), released(Claim("theirs"))), known},
		"wiped, and not verified":            {Volume("v", VolumeAnnotation(disk.AnnWiped, `{"at":"2026-03-01T11:00:00Z","method":"files","verified":false}`)), unknown},
		"wiped, and not readable":            {Volume("v", VolumeAnnotation(disk.AnnWiped, "yes")), unknown},
		"wiped at no time":                   {Volume("v", VolumeAnnotation(disk.AnnWiped, `{"verified":true}`)), unknown},
		"wiped, and written since":           {Volume("v", VolumeAnnotation(disk.AnnWiped, disk.Written)), unknown},
		"wiped in the future":                {Volume("v", wiped(-hour)), unknown},
		"released, wiped in the future":      {Volume("v", Has("theirs", "theirs-uid"), Phase(Released), wiped(-hour)), left},
		"wiped this moment":                  {Volume("v", wiped(0)), disk.Data{State: disk.Wiped, Since: Now()}},
		"wiped before it was created":        {Volume("v", bornAgo(hour/2), wiped(hour)), unknown},
		"wiped before it was created, noted": {Volume("v", bornAgo(hour/2), wiped(hour), VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"theirs","uid":"theirs-uid"}`)), known},
		"wiped as it was created":            {Volume("v", bornAgo(hour), wiped(hour)), disk.Data{State: disk.Wiped, Since: Ago(hour).Time}},
		"what is noted cannot be read":       {Volume("v", VolumeAnnotation(disk.AnnDataOf, "shop/theirs")), unknown},
		"what is noted names no namespace":   {Volume("v", VolumeAnnotation(disk.AnnDataOf, `{"name":"theirs"}`)), unknown},
		"only what is noted cannot be read":  {Volume("v", VolumeAnnotation(disk.AnnDataOf, "{"), released(Claim("theirs"))), known},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, disk.DataOf(c.volume, Now())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestForeign(t *testing.T) {
	v := Volume("v", Has("theirs", "theirs-uid"), Phase(Released))
	theirs := disk.DataOf(v, Now()).Claim.Key()
	if disk.DataOf(v, Now()).Foreign(theirs) {
		t.Error("its own earlier data is foreign to a claim")
	}
	theirs.Namespace = "bank"
	if !disk.DataOf(v, Now()).Foreign(theirs) {
		t.Error("a claim of another namespace owns the data")
	}
	if disk.DataOf(Volume("v"), Now()).Foreign(theirs) {
		t.Error("data of which nothing is known is said to be another's")
	}
}

func TestCordoned(t *testing.T) {
	for name, c := range map[string]struct {
		volume   *corev1.PersistentVolume
		cordoned bool
		want     string
	}{
		"not":           {Volume("v", ReservedFor("theirs")), false, ""},
		"by the mark":   {Volume("v", VolumeAnnotation(disk.AnnCordoned, "smart-errors")), true, "smart-errors"},
		"for no reason": {Volume("v", VolumeAnnotation(disk.AnnCordoned, "")), true, ""},
		"by reservation": {Volume("v", func(v *corev1.PersistentVolume) {
			v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: disk.CordonNamespace, Name: "slow"}
		}), true, "slow"},
	} {
		if reason, cordoned := disk.Cordoned(c.volume); cordoned != c.cordoned || reason != c.want {
			t.Errorf("%s: cordoned %v for %q, want %v for %q", name, cordoned, reason, c.cordoned, c.want)
		}
	}
}

// TestDoubts: what a volume says of its data and is not believed is told with the volume's name.
func TestDoubts(t *testing.T) {
	garbage := VolumeAnnotation(disk.AnnDataOf, "shop/theirs")
	for name, c := range map[string]struct {
		volume *corev1.PersistentVolume
		want   string
	}{
		"nothing recorded":     {Volume("v"), ""},
		"a good note":          {Volume("v", VolumeAnnotation(disk.AnnDataOf, `{"namespace":"shop","name":"theirs"}`), wiped(time.Hour)), ""},
		"written since":        {Volume("v", VolumeAnnotation(disk.AnnDataOf, disk.Written), VolumeAnnotation(disk.AnnWiped, disk.Written)), ""},
		"wiped, not verified":  {Volume("v", VolumeAnnotation(disk.AnnWiped, `{"at":"2026-03-01T11:00:00Z"}`)), ""},
		"a claim had it since": {Volume("v", garbage, Has("theirs", "theirs-uid"), Phase(Released)), ""},
		"whose data":           {Volume("v", garbage), "v: its annotation localpv.dev/data-of cannot be read, so it does not tell whose data is on the volume"},
		"wiped, unreadable":    {Volume("v", VolumeAnnotation(disk.AnnWiped, "yes")), "v: its annotation localpv.dev/wiped cannot be read, so the disk does not count as wiped"},
		"wiped before it was created": {Volume("v", bornAgo(time.Minute), wiped(time.Hour)), "v: its annotation localpv.dev/wiped says " + Now().Add(-time.Hour).UTC().Format(time.RFC3339) +
			", which was before the volume object was created, so it was copied, and the disk does not count as wiped"},
		"wiped in the future": {Volume("v", wiped(-time.Hour)), "v: its annotation localpv.dev/wiped says " + Now().Add(time.Hour).UTC().Format(time.RFC3339) + ", which is still to come, so the disk does not count as wiped"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(phrase.New(phrase.Connection{}).Texts(disk.Doubts(c.volume, Now())), "; ")
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
