package main

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/kubectl-localpv/kubectl-localpv/test/realnodes/records"
)

// log is where the records are: one after the other in a file, or each in a slot of a device.
type log struct {
	file  *os.File
	slots bool
}

func open() (log, error) {
	f, err := os.OpenFile(device, os.O_RDWR, 0)
	if !errors.Is(err, fs.ErrNotExist) {
		return log{f, true}, err
	}
	f, err = os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	return log{f, false}, err
}

func (l log) add(r records.Record) error {
	if !l.slots {
		_, err := l.file.WriteString(r.String() + "\n")
		return err
	}
	slot := make([]byte, records.Slot)
	copy(slot, r.String()+"\n")
	_, err := l.file.WriteAt(slot, int64(r.Number-1)*records.Slot)
	return err
}

// end is the last record.
func (l log) end() (records.Record, error) {
	data, err := io.ReadAll(l.file)
	if err != nil {
		return records.Record{}, err
	}
	text := string(data)
	if l.slots {
		text = records.FromSlots(data)
	}
	all, err := records.Parse(text)
	if err != nil || len(all) == 0 {
		return records.Record{}, err
	}
	return all[len(all)-1], nil
}
