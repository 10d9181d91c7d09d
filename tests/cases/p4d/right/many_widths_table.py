import torch

def skip_mlp(x, W1, b1, W2, b2):
    pre = torch.addmv(b1, W1, x)
    act = pre.relu()
    return torch.addmv(b2, W2, act) + x, pre, act

def grads_by_hand(x, y, W1, b1, W2, b2):
    out, pre, act = skip_mlp(x, W1, b1, W2, b2)
    e = out - y
    d = (W2 * e.item()).squeeze(0) * torch.sign(act)   # sign(relu(z)) is the indicator z>0
    return e, torch.ger(e, act), torch.ger(d, x), d, e + W1.t().mv(d)

torch.manual_seed(31)
print(f"{'h':>4} | {'db2':>9} | {'dW2':>9} | {'dW1':>9} | {'db1':>9} | {'dx':>9}")
print("-" * 62)
for h in [1, 2, 3, 5, 10, 64, 256]:
    x = torch.randn(1, dtype=torch.float64, requires_grad=True)
    y = torch.randn(1, dtype=torch.float64)
    theta = [torch.randn(s, dtype=torch.float64, requires_grad=True) for s in [(h, 1), (h,), (1, h), (1,)]]
    L = 0.5 * (skip_mlp(x, *theta)[0] - y).square().sum()
    gW1, gb1, gW2, gb2, gx = torch.autograd.grad(L, theta + [x])
    with torch.no_grad():
        hand = grads_by_hand(x, y, *theta)
    errs = [(p - q).abs().max().item() for p, q in zip(hand, (gb2, gW2, gW1, gb1, gx))]
    print(f"{h:4d} | " + " | ".join(f"{v:9.2e}" for v in errs))
