package planner

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/drain"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/fact"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
)

// machines finds out what the names mean that were typed: a Node may be called by its hostname, and a machine that is gone by the name
// of its Node or of its host. Each is examined once. Errors are *NotFoundError and *MisuseError.
func (p *recoverPlanner) machines() error {
	var nodes []string
	for _, typed := range p.req.Nodes {
		if p.mayBeANode(typed) {
			continue
		}
		m, err := p.machine(typed)
		if err != nil {
			return err
		}
		name := typed
		if len(m.Nodes) == 1 {
			name = m.Nodes[0].Name
		}
		if p.departing[name] {
			continue
		}
		nodes = append(nodes, name)
		for _, other := range m.Names {
			p.departing[other] = true
		}
		p.departing[name] = true
		p.examine(name)
		p.called(name, typed, m)
	}
	p.req.Nodes = nodes
	return nil
}

// machine tells nodes from typing errors: a node is known by its Node object, or by volumes whose data is on it.
func (p *recoverPlanner) machine(typed string) (inspect.Machine, error) {
	m := p.ix.MachineOf(typed)
	_, gap := p.ix.Gap(inspect.Nodes)
	switch {
	case len(m.Nodes) > 1:
		return m, drain.Misuse(fact.New("HostnameOfSeveral", "hostname", typed, "nodes", m.Names))
	case len(m.Names) == 0 && p.mayHaveData(typed):
		m.Names = []string{typed}
	case len(m.Names) == 0 && !gap:
		return m, p.noSuchNode(typed)
	}
	return m, nil
}

// mayHaveData reports whether the data of a volume may be on a machine that is gone.
func (p *recoverPlanner) mayHaveData(name string) bool {
	return slices.ContainsFunc(directories(p.ix), func(v *corev1.PersistentVolume) bool { return p.ix.MayBeOn(v, name) })
}

func (p *recoverPlanner) noSuchNode(name string) error {
	e := &drain.NotFoundError{Kind: "node", Name: name}
	for _, v := range p.ix.LocalVolumes() {
		if home := p.ix.HomeOf(v); home.State == inspect.HomeMissing {
			e.Known = append(e.Known, home.Hosts...)
		}
		e.Known = append(e.Known, p.ix.GoneNames(v)...)
	}
	for _, n := range p.ix.Nodes {
		e.Known = append(e.Known, n.Name)
	}
	slices.Sort(e.Known)
	e.Known = slices.Compact(e.Known)
	return e
}

// called notes the other names of a node that was examined. One that is gone must stay so under each of them.
func (p *recoverPlanner) called(name, typed string, m inspect.Machine) {
	others := slices.DeleteFunc(slices.Clone(m.Names), func(n string) bool { return n == name })
	if len(m.Nodes) == 0 {
		for _, other := range others {
			p.expectStillDead(nil, other)
		}
	}
	if typed != name {
		others = append(others, typed)
	}
	if len(others) > 0 {
		e := &p.plan.Evidence[len(p.plan.Evidence)-1]
		e.Seen = append(e.Seen, fact.New("SeenAlsoCalled", "names", others))
	}
}
