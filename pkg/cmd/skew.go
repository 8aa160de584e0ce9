package cmd

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	apiversion "k8s.io/apimachinery/pkg/version"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// noteMissing says, once of each, which kinds the server does not serve. Whether that matters to the answer, the answer says.
func (a *app) noteMissing(s *inspect.Snapshot) {
	var fresh []string
	for _, gap := range s.Gaps {
		if kind := string(gap.Kind); gap.Reason == collect.NotServed && !slices.Contains(a.missing, kind) {
			fresh = append(fresh, kind)
		}
	}
	if len(fresh) > 0 {
		a.missing = append(a.missing, fresh...)
		a.note("note: this server does not serve %s: it is too old for that, or has it switched off; going on without", strings.Join(fresh, ", "))
	}
}

// versionLimit is how long the answer of a server may take that is only asked for its version.
const versionLimit = 2 * time.Second

// noteNewer says that the cluster is newer than the scheduler that is simulated. If the server does not tell its version
// nothing is said: then there is nothing to say.
func (s *source) noteNewer(ctx context.Context) {
	if s.offline() {
		return
	}
	client, err := s.app.client()
	if err != nil || client.Discovery().RESTClient() == nil { // a fake has none
		return
	}
	ctx, cancel := context.WithTimeout(ctx, versionLimit)
	defer cancel()
	body, err := client.Discovery().RESTClient().Get().AbsPath("/version").Do(ctx).Raw()
	var info apiversion.Info
	if err != nil || json.Unmarshal(body, &info) != nil {
		return
	}
	if minorNumber(info.GitVersion) > minorNumber(schedulerVersion) {
		s.app.note("note: the cluster runs %s, and the scheduler that is simulated is that of %s: it may decide otherwise", info.GitVersion, schedulerVersion)
	}
}

// minorNumber is the 36 of v1.36.3, 0 if there is none.
func minorNumber(version string) int {
	_, number, _ := strings.Cut(minor(version), ".")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n
}
