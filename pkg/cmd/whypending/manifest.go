package whypending

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/cli"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/disk"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/pending"
)

// writeFix prints the manifest of one fix, for a pipe to kubectl.
func (o *options) writeFix(reports []pending.PodReport) error {
	r, err := onlyOne(reports, "--print-fix")
	if err != nil {
		return err
	}
	var ids []string
	for _, f := range r.Fixes {
		switch {
		case f.ID == o.printFix && f.Manifest != "":
			return output.WriteText(o.app.Streams, f.Manifest)
		case f.ID == o.printFix && len(f.Commands) > 0:
			return cli.Usagef("fix %q needs no manifest; its commands are: %s", f.ID, o.app.Phrase.Line(f.Commands...))
		case f.ID == o.printFix:
			return cli.Usagef("fix %q has no manifest: it is to be done by hand", f.ID)
		}
		if f.Manifest != "" {
			ids = append(ids, f.ID)
		}
	}
	switch {
	case !r.Pending || r.Schedulable:
		return cli.Usagef("there is nothing to fix: %s", o.app.Phrase.Text(r.Cause.Reason))
	case len(ids) == 0:
		return cli.Usagef("there is no fix %q now, and none with a manifest", o.printFix)
	}
	return cli.Usagef("there is no fix %q now; those with a manifest are %s", o.printFix, strings.Join(ids, ", "))
}

// writeVolume prints the manifest of a volume on a Node for the first claim that gets none.
func (o *options) writeVolume(ix *inspect.Index, reports []pending.PodReport) error {
	r, err := onlyOne(reports, "--print-volume")
	if err != nil {
		return err
	}
	claim, err := o.claimWithoutVolume(ix, r)
	if err != nil {
		return err
	}
	volume, err := inspect.VolumeFor(claim, ix.Node(o.printVolume))
	if err != nil {
		return err
	}
	if err := placeIsFree(ix, volume, o.printVolume); err != nil {
		return err
	}
	text, err := inspect.Manifest(volume)
	if err != nil {
		return err
	}
	return output.WriteText(o.app.Streams, text)
}

// placeIsFree refuses a new volume on a node whose path is another volume's disk, is inside or around one, or is a directory that Pods mount.
func placeIsFree(ix *inspect.Index, v *corev1.PersistentVolume, node string) error {
	path := disk.PathOf(v)
	if sharing := disk.Sharing(ix, v); len(sharing) > 0 {
		var others []string
		for _, other := range sharing {
			others = append(others, fmt.Sprintf("%s (%s)", other.Name, disk.PathOf(other)))
		}
		return cli.Usagef("a volume at %s on %s would be the same disk as %s: two claims would write on it. Mount a disk of its own at another path, "+
			"and write the volume for that by hand, or name another node", path, node, phrase.List(others))
	}
	if pods := disk.New(ix).Mounting(v); len(pods) > 0 {
		return cli.Usagef("Pods mount the directory %s on %s by hostPath (e.g. %s/%s): mount a disk of its own at another path, and write the volume for that by hand, or name another node",
			path, node, pods[0].Namespace, pods[0].Name)
	}
	return nil
}

// onlyOne is the one answer that a manifest can belong to.
func onlyOne(reports []pending.PodReport, flag string) (pending.PodReport, error) {
	switch len(reports) {
	case 1:
		return reports[0], nil
	case 0:
		return pending.PodReport{}, cli.Usagef("%s needs one Pod or claim, and there is none", flag)
	}
	return pending.PodReport{}, cli.Usagef("%s needs one Pod or claim, and there are %d: name one of them", flag, len(reports))
}

// claimWithoutVolume is the first claim that finds no volume; if none is known to, the first that is not bound.
func (o *options) claimWithoutVolume(ix *inspect.Index, r pending.PodReport) (*corev1.PersistentVolumeClaim, error) {
	names := make([]string, 0, len(r.Claims))
	unbound := ""
	for _, c := range r.Claims {
		claim := ix.Claim(r.Pod.Namespace, c.Name)
		names = append(names, c.Name)
		switch {
		case claim == nil || inspect.FullyBound(claim):
		case c.Code != inspect.ClaimOk:
			return claim, nil
		case unbound == "":
			unbound = c.Name
		}
	}
	switch {
	case unbound != "":
		return ix.Claim(r.Pod.Namespace, unbound), nil
	case len(names) == 0:
		return nil, cli.Usagef("--print-volume is for a claim without a volume, and none waits for one: %s", o.app.Phrase.Text(r.Cause.Reason))
	case len(names) == 1:
		return nil, cli.Usagef("--print-volume is for a claim without a volume, and claim %s is bound or does not exist", names[0])
	}
	return nil, cli.Usagef("--print-volume is for a claim without a volume, and each of the claims %s is bound or does not exist", strings.Join(names, ", "))
}
