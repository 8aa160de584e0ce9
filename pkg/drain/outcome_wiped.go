package drain

import "slices"

// wipedIn are the volumes that steps of a Plan give away and that were wiped, in order: on them there is nothing to read or to lose. What
// another volume of the same disk holds is not known by that.
func wipedIn(p *Plan) []string {
	var names []string
	for _, s := range p.Steps {
		free, ok := s.Parameters.(*FreeParameters)
		if ok && !free.Former && free.Data != nil && free.Data.Wiped && len(free.Disk) == 0 && !slices.Contains(names, free.Volume.Name) {
			names = append(names, free.Volume.Name)
		}
	}
	return names
}

// without are those of some names that are not among others.
func without(names, others []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(others, name) })
}
