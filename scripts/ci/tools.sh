#!/bin/sh
# Installs what the suites need besides Node and what is missing: a C++ compiler with a cache, strace, a real MQTT broker, a Kafka client
# and what a real Kafka broker runs on. Debian names; as root, once per machine.
set -eu

missing=""
need() { # command package
  command -v "$1" > /dev/null 2>&1 || missing="$missing $2"
}
PATH="$PATH:/usr/sbin:/sbin"
need g++ g++
need make make
need python3 python3
need ccache ccache
need strace strace
need mosquitto mosquitto
need mosquitto_pub mosquitto-clients
need kcat kcat
need java default-jdk-headless
need mvn maven

if [ -z "$missing" ]; then
  echo "all there"
  exit 0
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing
