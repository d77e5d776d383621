FROM trigger
RUN echo child > /child
