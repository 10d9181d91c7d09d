import torch
from tqdm import tqdm, trange

torch.manual_seed(8)
N = 15
lr = 0.002
w1 = torch.randn(N, requires_grad=True)
b1 = torch.randn(N, requires_grad=True)
w2 = torch.randn(N, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)
x = torch.tensor(0.6, requires_grad=True)
y = torch.tensor(3.0)
worst = dict.fromkeys(["w1", "b1", "w2", "b2", "x"], 0.0)

for step in trange(120, desc="train+check"):
    z = w1 * x + b1
    a = torch.relu(z)
    yhat = (w2 * a).sum() + b2 + x
    loss = 0.5 * (yhat - y) ** 2

    for p in (w1, b1, w2, b2, x):
        if p.grad is not None:
            p.grad.zero_()
    loss.backward()

    # hand-derived gradients
    e = (yhat - y).detach()
    on = (z.detach() > 0) * 1.0
    manual_b2 = e
    manual_w2 = e * a.detach()
    manual_b1 = e * w2.detach() * on
    manual_w1 = manual_b1 * x.detach()
    manual_x = e * (1.0 + torch.dot(w2.detach() * on, w1.detach()))

    for name, p, m in [("w1", w1, manual_w1), ("b1", b1, manual_b1), ("w2", w2, manual_w2),
                       ("b2", b2, manual_b2), ("x", x, manual_x)]:
        d = (p.grad - m).abs().max().item()
        worst[name] = max(worst[name], d)
        if d > 1e-4:
            raise RuntimeError(f"step {step}: {name} differs by {d}")

    with torch.no_grad():
        for p in (w1, b1, w2, b2):
            p -= lr * p.grad

tqdm.write(f"final loss {loss.item():.5f}")
tqdm.write("largest |autograd - manual| over all steps: " + str(worst))
