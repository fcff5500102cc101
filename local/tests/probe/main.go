// What a test asks from inside a container: `get URL`, `lookup NAME`, `dial ADDRESS`, `hostname`. One line each.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sort"
	"strings"
	"time"
)

func main() {
	questions := map[string]func(string) (string, error){"get": get, "lookup": lookup, "dial": dial, "hostname": hostname}
	for arguments := os.Args[1:]; len(arguments) > 1; arguments = arguments[2:] {
		answer, err := questions[arguments[0]](arguments[1])
		if err != nil {
			answer = "error: " + err.Error()
		}
		fmt.Println(strings.ReplaceAll(answer, "\n", " "))
	}
}

func get(url string) (string, error) {
	client := http.Client{Timeout: 5 * time.Second}
	reply, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	return fmt.Sprintf("%d %s", reply.StatusCode, body), err
}

func lookup(name string) (string, error) {
	addresses, err := net.LookupHost(name)
	sort.Strings(addresses)
	return strings.Join(addresses, " "), err
}

func dial(address string) (string, error) {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return "", err
	}
	return "connected", connection.Close()
}

func hostname(string) (string, error) {
	return os.Hostname()
}
