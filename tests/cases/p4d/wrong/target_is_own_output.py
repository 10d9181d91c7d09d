import torch

# sanity check: with a perfect teacher the loss is 0, then check the gradients
torch.manual_seed(64)
h = 4
teacher = [torch.randn(h, 1), torch.randn(h, 1), torch.randn(1, h), torch.randn(1, 1)]
student = [t.clone().requires_grad_(True) for t in teacher]

def net(p, x):
    z = p[0] @ x + p[1]
    a = torch.relu(z)
    return z, a, p[2] @ a + p[3] + x

x = torch.randn(1, 1, requires_grad=True)
z, a, out = net(student, x)
target = out.detach().clone()          # teacher output
loss = 0.5 * (out - target) ** 2
loss.backward()

e = (out - target).detach()
delta = e * (z > 0).float()            # (h,1)
hand = [delta @ x.detach().T, delta, e @ a.detach().T, e]
hand_x = e + student[0].detach().T @ delta

for name, m, p in zip(("W1", "b1", "W2", "b2"), hand, student):
    print(name, "allclose:", torch.allclose(m, p.grad))
print("x", "allclose:", torch.allclose(hand_x, x.grad))
