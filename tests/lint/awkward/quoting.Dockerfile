FROM debian:trixie-slim
ENV a "b c" d
ENV e='f "g" h' i=j\ k
LABEL description This is "one" value \
  over two lines
LABEL org.example.x y
MAINTAINER Jane "J." Doe's <jane@example.org> $HOME
CMD echo "it's" \
    # a comment inside
    'fine' && exec "$@"
ENTRYPOINT ["sh", "-c", 'echo single']
WORKDIR "my dir"
WORKDIR ../up
EXPOSE 80/Tcp 127.0.0.1:8080:80 53/UDP
RUN echo "apt-get install \
  not really" && echo 'pip install flask'
