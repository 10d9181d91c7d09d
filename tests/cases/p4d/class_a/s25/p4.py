import torch
torch.manual_seed(31415)
h = 12
# all unknowns live in ONE vector  p = [W1 | b1 | W2 | b2 | x]
p = torch.randn(3*h + 2, dtype=torch.double, requires_grad=True)
y = 0.25
W1, b1, W2, b2, x = p.split([h, h, h, 1, 1])

z = W1*x + b1
L = .5*(W2@z.relu() + b2 + x - y)**2
L.backward()

with torch.no_grad():
    e = W2@z.relu() + b2 + x - y
    d = e*W2*(z > 0)
    q = torch.cat([d*x, d, e*z.relu(), e, e + (d*W1).sum()])

print(torch.stack([p.grad, q, (p.grad - q).abs()], 1))
print('||autograd - formula||_inf =', (p.grad - q).abs().max().item())
# rows 0..11 W1, 12..23 b1, 24..35 W2, 36 b2, 37 x ; third column is the error, all ~1e-16
