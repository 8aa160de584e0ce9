package change

import (
	"context"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/changes"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain/planner"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// suspects lists the nodes that look dead.
func (c *change) suspects(ctx context.Context) error {
	s, err := c.source.Load(ctx, rescueReads(c))
	if err != nil {
		return err
	}
	list := planner.Suspects(inspect.NewIndex(s))
	if c.machine != nil {
		return c.machine.Print(c.app.Streams, output.Document{Value: list, Phrase: c.app.Phrase})
	}
	if len(list.Items) == 0 {
		c.app.Note("no node with local volumes looks dead")
		return nil
	}
	if err := (changes.Suspects{Nodes: suspectViews(list), Now: s.TakenAt}).Write(c.app.Streams); err != nil {
		return err
	}
	for _, item := range list.Items {
		for _, text := range c.app.Phrase.Texts(item.Homeless) {
			c.app.Note("%s: %s", item.Node, text)
		}
	}
	return nil
}

// suspectViews are the nodes as they are shown.
func suspectViews(list *planner.SuspectList) []changes.Suspect {
	var views []changes.Suspect
	for _, s := range list.Items {
		v := changes.Suspect{Node: s.Node, State: s.State, Fenced: s.Fenced, Volumes: s.Volumes, Stuck: s.Stuck}
		if s.Since != nil {
			v.Since = s.Since.Time
		}
		if s.LeaseRenewed != nil {
			v.LeaseRenewed = s.LeaseRenewed.Time
		}
		views = append(views, v)
	}
	return views
}

// unreachable reports by its status, as kubectl get prints it, whether a node has stopped reporting.
func unreachable(status string) bool {
	return strings.HasPrefix(status, "NotReady") || strings.HasPrefix(status, "Unknown")
}
