package workload

func (p *Place) Same(o *Place) bool {
	if p.Node != o.Node || len(p.Volumes) != len(o.Volumes) {
		return false
	}
	for claim, v := range p.Volumes {
		if o.Volumes[claim] != v {
			return false
		}
	}
	return true
}
