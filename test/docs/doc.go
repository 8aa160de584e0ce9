// Package docs runs what the documentation shows. Every guide of docs/guides is a script: its console blocks are typed
// into a terminal beside a real control plane, in order, and what is printed is held against the page. Ages, durations,
// times and random names are masked.
//
// What a reader is not shown stands in HTML comments:
//
//	<!-- setup
//	nodes node-0 node-1
//	volume local-pv-0-0 node-0 100Gi
//	dies node-1
//	kubectl create deployment web --image=web
//	-->
//
// Of their lines some are steps of this package (see world.go), the others are for a shell. A block whose last command
// ends with another code than 0 has <!-- exit: 3 --> before it. A question is answered with y if the page does that.
//
// All other commands of the documentation, of README.md and of the help are run as well, those that change something with
// --dry-run, and have to be understood: what they would print depends on the reader's cluster.
//
//	go test ./test/docs -update
//
// writes what is printed into the guides; read the difference before you commit it.
package docs
