package disk

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// OnDisk is what is known of the data on the disk of a volume.
type OnDisk struct {
	Data
	// By is the other volume of that disk by which it is known, nil if it is the volume itself.
	By *corev1.PersistentVolume
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
	for _, other := range sharing {
		if h, held := d.holder(other); held && !h.Reserved {
			continue
		}
		if data := DataOf(other, now); data.State == Known && later(data, on) {
			on = OnDisk{Data: data, By: other}
		}
	}
	return on
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
