import torch


def biggest_gap(h, seed):
    torch.manual_seed(seed)
    W1, b1 = torch.randn(h, 1, requires_grad=True), torch.randn(h, 1, requires_grad=True)
    W2, b2 = torch.randn(1, h, requires_grad=True), torch.randn(1, 1, requires_grad=True)
    x, y = torch.randn(1, 1, requires_grad=True), torch.randn(1, 1)

    z1 = W1 @ x + b1
    yhat = W2 @ torch.relu(z1) + b2 + x
    loss = (yhat - y) ** 2 / 2
    loss.backward()

    with torch.no_grad():
        return {
            "b2": ((yhat - y) - b2.grad).abs().max().item(),
            "W2": ((yhat - y) @ torch.relu(z1).T - W2.grad).abs().max().item(),
            "W1": ((z1 > 0) * (W2.T @ (yhat - y)) @ x.T - W1.grad).abs().max().item(),
            "b1": ((z1 > 0) * (W2.T @ (yhat - y)) - b1.grad).abs().max().item(),
            "x": ((yhat - y) * (1 + W2 @ ((z1 > 0) * W1)) - x.grad).abs().max().item(),
        }


print(f"{'h':>5} | " + " ".join(f"{k:>9}" for k in ("b2", "W2", "W1", "b1", "x")))
for h in (1, 2, 5, 20, 100):
    acc = {k: 0.0 for k in ("b2", "W2", "W1", "b1", "x")}
    for seed in range(10):
        gap = biggest_gap(h, seed)
        acc = {k: max(acc[k], gap[k]) for k in acc}
    print(f"{h:>5} | " + " ".join(f"{v:9.1e}" for v in acc.values()))

# Discussion: the worst gap over 10 seeds grows slowly with h (more terms in the sum -> more rounding),
# but it is always at float32 precision. so formulas = autograd.
