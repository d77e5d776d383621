FROM alpine AS a
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
RUN apk update && apk add git | tee x
SHELL ["/bin/bash", "-c"]
RUN cd /a && make; cd /b; make | tee log
FROM a
RUN cat x | grep y
SHELL ["powershell", "-Command"]
RUN Install-Package x | Out-Null
ENTRYPOINT top
