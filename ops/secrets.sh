#!/bin/sh
# The secrets of a Docker installation, for its file .env: sh ops/secrets.sh > .env
umask 077
random() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }
echo "POSTGRES_PASSWORD=$(random)"
for service in IDENTITY CREDENTIALS RENEWALS PRINTING LOOKUP CORRESPONDENCE EXCHANGE; do
    echo "${service}_PASSWORD=$(random)"
done
for key in SEAL IDENTITY; do
    echo "ELMS_${key}_KEY=$(head -c 32 /dev/urandom | base64)"
done
