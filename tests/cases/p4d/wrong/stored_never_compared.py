import torch


class Experiment:
    def __init__(self, h=20, seed=9):
        g = torch.Generator()
        g.manual_seed(seed)
        self.params = {
            "W1": torch.empty(h, 1).normal_(generator=g),
            "b1": torch.empty(h).normal_(generator=g),
            "W2": torch.empty(1, h).normal_(generator=g),
            "b2": torch.empty(1).normal_(generator=g),
        }
        self.x = torch.empty(1).normal_(generator=g)
        self.y = torch.empty(1).normal_(generator=g)
        for t in list(self.params.values()) + [self.x]:
            t.requires_grad_(True)
        self.analytic = {}
        self.auto = {}

    def run(self):
        p = self.params
        z1 = p["W1"] @ self.x + p["b1"]
        a1 = torch.relu(z1)
        y_hat = p["W2"] @ a1 + p["b2"] + self.x
        loss = 0.5 * (y_hat - self.y) ** 2
        loss.backward()
        for k, t in p.items():
            self.auto[k] = t.grad
        self.auto["x"] = self.x.grad

        with torch.no_grad():
            e = y_hat - self.y
            delta = p["W2"].squeeze(0) * e * (z1 > 0)
            self.analytic["b2"] = e
            self.analytic["W2"] = (e * a1).unsqueeze(0)
            self.analytic["W1"] = (delta * self.x).unsqueeze(1)
            self.analytic["b1"] = delta
            self.analytic["x"] = e + p["W1"].squeeze(1) @ delta


exp = Experiment()
exp.run()
print("done")
