// A load balancer's data plane: forwards TCP connections to the targets that a file names.
//
//	forwarder FILE   FILE holds {"4317": ["172.30.0.5:4317", …], …}, listening port to targets
//
// The file is read again when it changes. Connections go round; those that are open stay when their target is taken out,
// as with a load balancer whose target is deregistered. A port without targets refuses: it closes what it accepts.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

const (
	look    = 100 * time.Millisecond
	connect = 2 * time.Second
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: forwarder FILE")
		os.Exit(1)
	}
	ports := map[string]*port{}
	last := ""
	for ; ; time.Sleep(look) {
		content, err := os.ReadFile(os.Args[1])
		if err != nil || string(content) == last {
			continue
		}
		wanted := map[string][]string{}
		if err := json.Unmarshal(content, &wanted); err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		last = string(content)
		update(ports, wanted)
	}
}

func update(ports map[string]*port, wanted map[string][]string) {
	for number, targets := range wanted {
		if ports[number] == nil {
			listener, err := net.Listen("tcp", ":"+number)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				continue
			}
			ports[number] = &port{listener: listener}
			go ports[number].serve()
		}
		ports[number].set(targets)
	}
	for number, one := range ports {
		if _, stays := wanted[number]; !stays {
			one.listener.Close()
			delete(ports, number)
		}
	}
}

type port struct {
	listener net.Listener
	lock     sync.Mutex
	targets  []string
	next     int
}

func (p *port) set(targets []string) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.targets = targets
}

// pick gives all targets, beginning with the one whose turn it is.
func (p *port) pick() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	if len(p.targets) == 0 {
		return nil
	}
	first := p.next % len(p.targets)
	p.next = first + 1
	return append(append([]string{}, p.targets[first:]...), p.targets[:first]...)
}

func (p *port) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go forward(client, p.pick())
	}
}

func forward(client net.Conn, targets []string) {
	defer client.Close()
	for _, address := range targets {
		target, err := net.DialTimeout("tcp", address, connect)
		if err != nil {
			continue
		}
		defer target.Close()
		var both sync.WaitGroup
		both.Add(2)
		go stream(&both, target, client)
		go stream(&both, client, target)
		both.Wait()
		return
	}
}

// stream copies until the sender has no more to say, and passes that on.
func stream(both *sync.WaitGroup, to, from net.Conn) {
	defer both.Done()
	if _, err := io.Copy(to, from); err != nil {
		// Broken on one side: nobody is to wait for the other.
		to.Close()
		from.Close()
		return
	}
	if half, can := to.(*net.TCPConn); can {
		half.CloseWrite()
	}
}
