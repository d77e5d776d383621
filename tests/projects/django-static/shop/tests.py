from django.test import SimpleTestCase


class Shop(SimpleTestCase):
    def test_index(self):
        self.assertContains(self.client.get("/"), "lamp")
