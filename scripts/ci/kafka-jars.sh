#!/bin/sh
# Resolves the jars of an Apache Kafka broker from Maven Central, by name, into a cache directory, and prints that directory.
#
#   scripts/ci/kafka-jars.sh 3.9.2
#   scripts/ci/kafka-jars.sh 4.4.0
#
# Needs java (17 or newer) and mvn. The cache is ${XDG_CACHE_HOME:-~/.cache}/millrace/kafka-<version>; a filled one is used as it is.
set -eu

version="${1:?usage: kafka-jars.sh <kafka version>}"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/millrace/kafka-$version"

if [ -f "$cache/complete" ]; then
  echo "$cache"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache"

# Without a log binding a broker runs but dies without a word. All versions tried still link against slf4j 1.7.
binding='<groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>'

# kafka-tools-api holds nothing a broker needs, and its jar is not published for every version.
cat > "$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace.test</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>$version</version>
      <exclusions>
        <exclusion><groupId>org.apache.kafka</groupId><artifactId>kafka-tools-api</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency>$binding</dependency>
  </dependencies>
</project>
POM

mvn -q -B -f "$work/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$work/jars" >&2
rm -rf "$cache/jars"
mv "$work/jars" "$cache/jars"
touch "$cache/complete"
echo "$cache"
