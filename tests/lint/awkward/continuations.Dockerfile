FROM debian
RUN true \

# c1

  # c2
  && echo x \


   && echo y\