package disk

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// OnDisk is what is known of the data on the disk of a volume.
type OnDisk struct {
	Data
	// By is the other volume of that disk by which it is known, nil if it is the volume itself.
	By *corev1.PersistentVolume
	// Perhaps is the data of other claims that may be on the disk instead, with Known: which of them had it last is not known.
	Perhaps []OnDisk
}

// Foreign reports whether it is the data of another claim, or may be.
func (o OnDisk) Foreign(claim types.NamespacedName) bool { return o.For(claim).Data.Foreign(claim) }

// For is what there is to say to a claim that is to get the disk: of whatever may be on it, what is another claim's comes first.
func (o OnDisk) For(claim types.NamespacedName) OnDisk {
	all := o.All()
	if at := slices.IndexFunc(all, func(on OnDisk) bool { return on.Data.Foreign(claim) }); at > 0 {
		return all[at]
	}
	return o
}

// All is whatever may be on the disk, in an order, and with each the others that it may be instead.
func (o OnDisk) All() []OnDisk {
	alone := append([]OnDisk{{Data: o.Data, By: o.By}}, o.Perhaps...)
	all := slices.Clone(alone)
	for i := range all {
		all[i].Perhaps = slices.Concat(alone[:i], alone[i+1:])
	}
	return all
}

// PerhapsOf names the other claims whose data it may be instead.
func (o OnDisk) PerhapsOf() []string {
	var names []string
	for _, on := range o.Perhaps {
		names = append(names, on.Claim.Key().String())
	}
	return names
}

// DataOn tells whose data is on the disk of a volume: what is recorded on the volume itself; else, or if it was left later, what is recorded
// on another volume that is the same disk, and that nobody has (of one that somebody has, Holders tells). That one was wiped says nothing of
// what another one of the disk holds that was used since, or nobody knows until when.
func (d *Disks) DataOn(v *corev1.PersistentVolume, now time.Time) OnDisk {
	return d.dataOn(v, d.Sharing(v), now)
}

// dataOn is DataOn, given the other volumes of the disk.
func (d *Disks) dataOn(v *corev1.PersistentVolume, sharing []*corev1.PersistentVolume, now time.Time) OnDisk {
	on := OnDisk{Data: DataOf(v, now)}
	all := []OnDisk{on}
	for _, other := range sharing {
		if h, held := d.holder(other); held && !h.Reserved {
			continue
		}
		data := DataOf(other, now)
		if data.State != Known {
			continue
		}
		all = append(all, OnDisk{Data: data, By: other})
		if later(data, on) {
			on = OnDisk{Data: data, By: other}
		}
	}
	if _, held := d.holder(v); !held { // whoever has it, or for whom somebody reserved it, is the one that counts
		on.Perhaps = perhaps(on, all)
	}
	return on
}

// perhaps is the data of other claims of which nothing tells that it is older than what is taken for the last, the first of each claim.
func perhaps(last OnDisk, all []OnDisk) []OnDisk {
	var out []OnDisk
	if last.State != Known {
		return nil
	}
	for _, on := range all {
		older := !on.Since.IsZero() && last.Since.After(on.Since)
		told := func(o OnDisk) bool { return o.Claim.Key() == on.Claim.Key() }
		if on.State == Known && !older && !told(last) && !slices.ContainsFunc(out, told) {
			out = append(out, on)
		}
	}
	return out
}

// later reports whether the data of a claim was written after what is known so far: that of a volume itself counts as the last where nothing
// tells, and of others the first.
func later(data Data, known OnDisk) bool {
	switch known.State {
	case Unknown:
		return true
	case Wiped:
		return data.Since.IsZero() || data.Since.After(known.Since)
	case Known:
	}
	return !known.Since.IsZero() && data.Since.After(known.Since)
}
