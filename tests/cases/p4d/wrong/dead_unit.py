import torch
torch.manual_seed(4)

# simplest case: one hidden unit
def model(x, w1, b1, w2, b2):
    z = w1 * x + b1
    a = torch.relu(z)
    return z, a, w2 * a + b2 + x

w1 = torch.tensor(0.9, requires_grad=True)
b1 = torch.tensor(-2.0, requires_grad=True)
w2 = torch.tensor(1.8, requires_grad=True)
b2 = torch.tensor(0.3, requires_grad=True)
x = torch.tensor(1.2, requires_grad=True)
y = torch.tensor(0.4)

z, a, y_hat = model(x, w1, b1, w2, b2)
loss = 0.5 * (y_hat - y) ** 2
loss.backward()

e = y_hat.item() - y.item()
relu_prime = 1.0 if z.item() > 0 else 0.0

manual = dict(
    b2=e,
    w2=e * a.item(),
    b1=e * relu_prime,
    w1=e * relu_prime * x.item(),
    x=e * (1 + relu_prime * w1.item()),
)
for k, v in manual.items():
    g = globals()[k].grad.item()
    print(f"d{k}: manual={v:+.6f}  autograd={g:+.6f}  diff={abs(v - g):.1e}")
