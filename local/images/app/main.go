// The container that stands for a user's program, and for an EC2 instance (which only has to stay alive).
// It prints its arguments as one line, then sleeps until SIGTERM and exits with 0. Flags make it misbehave.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

var (
	exit       = flag.Int("exit", -1, "exit with this code instead of waiting for SIGTERM")
	after      = flag.Duration("after", 0, "wait this long before -exit")
	ignoreTerm = flag.Bool("ignore-term", false, "do not end on SIGTERM")
	lineBytes  = flag.Int("line-bytes", 0, "print one line of this many bytes")
	printEnv   = flag.String("print-env", "", "print this environment variable")
	repeat     = flag.Int("repeat", 1, "print the line this many times, numbered when more than once")
	listen     = flag.String("listen", "", "accept connections on this address, such as :8080; answer HTTP with the hostname")
	clear      = flag.String("clear", "", "remove everything in this folder and exit")
)

func main() {
	flag.Parse()
	if *clear != "" {
		clearFolder(*clear)
		return
	}
	terminated := make(chan os.Signal, 1)
	signal.Notify(terminated, syscall.SIGTERM, syscall.SIGINT)
	if *listen != "" {
		serve(*listen)
	}
	printLines()
	if *exit >= 0 {
		time.Sleep(*after)
		os.Exit(*exit)
	}
	for range terminated {
		if !*ignoreTerm {
			return
		}
	}
}

func printLines() {
	line := strings.Join(flag.Args(), " ")
	if *lineBytes > 0 {
		line = strings.Repeat("x", *lineBytes)
	}
	for number := 1; number <= *repeat; number++ {
		switch {
		case *repeat > 1:
			fmt.Printf("%s %d\n", line, number)
		case line != "":
			fmt.Println(line)
		}
	}
	if *printEnv != "" {
		fmt.Printf("%s=%s\n", *printEnv, os.Getenv(*printEnv))
	}
}

func serve(address string) {
	listener, err := net.Listen("tcp", address)
	fail(err)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go answer(connection)
		}
	}()
}

// answer tells who answers whoever asks something. A caller that only connects gets nothing.
func answer(connection net.Conn) {
	defer connection.Close()
	if _, err := connection.Read(make([]byte, 4096)); err != nil {
		return
	}
	hostname, _ := os.Hostname()
	fmt.Fprintf(connection, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(hostname), hostname)
}

func clearFolder(folder string) {
	entries, err := os.ReadDir(folder)
	fail(err)
	for _, entry := range entries {
		fail(os.RemoveAll(filepath.Join(folder, entry.Name())))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
