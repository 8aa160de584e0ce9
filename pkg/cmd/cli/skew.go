package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	apiversion "k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// SchedulerVersion is the version of k8s.io/kubernetes in go.mod, whose scheduler the simulation runs.
const SchedulerVersion = "v1.36.3"

// noteMissing says, once of each, which kinds the server does not serve. Whether that matters to the answer, the answer says.
func (a *App) noteMissing(s *inspect.Snapshot) {
	var fresh []string
	for _, gap := range s.Gaps {
		if kind := string(gap.Kind); gap.Reason == collect.NotServed && !slices.Contains(a.missing, kind) {
			fresh = append(fresh, kind)
		}
	}
	if len(fresh) > 0 {
		a.missing = append(a.missing, fresh...)
		a.Note("note: this server does not serve %s: it is too old for that, or has it switched off; going on without", strings.Join(fresh, ", "))
	}
}

// versionLimit is how long the answer of a server may take that is only asked for its version.
const versionLimit = 2 * time.Second

// NoteNewer says that the cluster is newer than the scheduler that is simulated. If the server does not tell its version
// nothing is said: then there is nothing to say.
func (s *Source) NoteNewer(ctx context.Context) {
	if s.Offline() {
		return
	}
	client, err := s.App.Client()
	if err != nil || client.Discovery().RESTClient() == nil { // a fake has none
		return
	}
	ctx, cancel := context.WithTimeout(ctx, versionLimit)
	defer cancel()
	version, err := ServerVersion(ctx, client)
	if err != nil {
		return
	}
	if minorNumber(version) > minorNumber(SchedulerVersion) {
		s.App.Note("note: the cluster runs %s, and the scheduler that is simulated is that of %s: it may decide otherwise", version, SchedulerVersion)
	}
}

// ServerVersion asks an API server for its version, as in v1.36.3-gke.1.
func ServerVersion(ctx context.Context, client kubernetes.Interface) (string, error) {
	body, err := client.Discovery().RESTClient().Get().AbsPath("/version").Do(ctx).Raw()
	if err != nil {
		return "", fmt.Errorf("cannot get the version of the server: %w", err)
	}
	var info apiversion.Info
	if err := json.Unmarshal(body, &info); err != nil || info.GitVersion == "" {
		return "", errors.New("the server's answer to /version is not that of a Kubernetes API server: check its address")
	}
	return info.GitVersion, nil
}

// SimulatedMinor reports whether a server is of the minor version of the scheduler that is simulated.
func SimulatedMinor(version string) bool { return minor(version) == minor(SchedulerVersion) }

// minor is the v1.36 of v1.36.3-gke.1.
func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
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
