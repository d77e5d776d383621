FROM debian
RUN echo ÿþ && apt-get install git
LABEL k vä
MAINTAINER Ã¤ðŸ˜€
