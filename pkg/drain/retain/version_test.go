package retain_test

import (
	"strings"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/retain"
	. "github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inspecttest"
)

func TestVersions(t *testing.T) {
	if err := retain.CheckVersion(Volume("v")); err != nil {
		t.Errorf("no version: %v", err)
	}
	for version, understood := range map[string]bool{"1": true, "2": true, "3": false, "": false, "02": false, "+2": false, "-1": false, "0": false, "v2": false, "2.0": false, "99999999999999999999": false} {
		if err := retain.CheckVersion(Volume("v", VolumeAnnotation(retain.AnnVersion, version))); (err == nil) != understood {
			t.Errorf("version %q: %v", version, err)
		}
	}
}

// TestPolicyWithoutRoom: a volume whose annotations are full is told so, although there is no claim to record.
func TestPolicyWithoutRoom(t *testing.T) {
	full := Volume("v", Deletes, VolumeAnnotation("note", strings.Repeat("x", 256<<10-10)))
	if _, err := retain.AnnotationsWith(full, nil, true); err == nil || !strings.Contains(err.Error(), "AnnotationsTooLarge") {
		t.Errorf("got %v", err)
	}
}
